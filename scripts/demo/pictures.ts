import { join } from 'node:path';
import type { Installation } from '../../test/vscode-host/installation.ts';
import { Workbench } from '../../test/vscode-host/workbench.ts';
