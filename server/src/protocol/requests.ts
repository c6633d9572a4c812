import type { RequestTypes } from '../protocol.ts';
import type { EvaluationRequestTypes } from './evaluation.ts';
import type { LiveRequestTypes } from './live.ts';
import type { PanelRequestTypes } from './panel.ts';
import type { ReadingRequestTypes } from './reading.ts';

/** Parameters and result of every request of the client's, by method. */
export interface AllRequestTypes extends RequestTypes, LiveRequestTypes, PanelRequestTypes, EvaluationRequestTypes, ReadingRequestTypes {}
