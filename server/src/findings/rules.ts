import { conflictingEntry } from './conflictingEntry.ts';
import { containerLayers } from './containerLayers.ts';
import { differsFromNix } from './differsFromNix.ts';
import { duplicateEntry } from './duplicateEntry.ts';
import { etcOverlay } from './etcOverlay.ts';
import type { Rule } from './rule.ts';
import { forwardedNowhere } from './forwardedNowhere.ts';
import { hidesGeneratedConfig } from './hidesGeneratedConfig.ts';
import { homePersistenceOldKey } from './homePersistenceOldKey.ts';
import { hostKeyType } from './hostKeyType.ts';
import { knownBadRevision } from './knownBadRevision.ts';
import { looseSecretMode } from './looseSecretMode.ts';
import { machineIdSource } from './machineIdSource.ts';
import { malformedPath } from './malformedPath.ts';
import { manyMounts } from './manyMounts.ts';
import { notOnHost } from './notOnHost.ts';
import { missingCriticalState } from './missingCriticalState.ts';
import { missingServiceState } from './missingServiceState.ts';
import { missingUserState } from './missingUserState.ts';
import { nothingErasesRoot } from './nothingErasesRoot.ts';
import { passwordsLost } from './passwordsLost.ts';
import { persistedCache } from './persistedCache.ts';
import { pointlessEntry } from './pointlessEntry.ts';
import { preservationSetup } from './preservationSetup.ts';
import { privateStateDirectory } from './privateStateDirectory.ts';
import { redundantEntry } from './redundantEntry.ts';
import { removedOption } from './removedOption.ts';
import { replacedByRename } from './replacedByRename.ts';
import { rollbackNeverRuns } from './rollbackNeverRuns.ts';
import { rollbackUnknownSnapshot } from './rollbackUnknownSnapshot.ts';
import { secretsBeforeStorage } from './secretsBeforeStorage.ts';
import { storageNotMounted } from './storageNotMounted.ts';
import { storageNotNeededForBoot } from './storageNotNeededForBoot.ts';
import { storageOnEphemeralRoot } from './storageOnEphemeralRoot.ts';
import { wrongKind } from './wrongKind.ts';

/** All rules, in the order of the manual: what is lost, entries, storages and boot, secrets, paths with a catch, modules. */
export const RULES: readonly Rule[] = [
  missingCriticalState,
  missingServiceState,
  missingUserState,
  duplicateEntry,
  redundantEntry,
  conflictingEntry,
  wrongKind,
  malformedPath,
  pointlessEntry,
  persistedCache,
  storageNotNeededForBoot,
  storageNotMounted,
  storageOnEphemeralRoot,
  rollbackNeverRuns,
  rollbackUnknownSnapshot,
  nothingErasesRoot,
  secretsBeforeStorage,
  passwordsLost,
  looseSecretMode,
  privateStateDirectory,
  replacedByRename,
  hidesGeneratedConfig,
  removedOption,
  homePersistenceOldKey,
  knownBadRevision,
  preservationSetup,
  machineIdSource,
  hostKeyType,
  etcOverlay,
  containerLayers,
  manyMounts,
  forwardedNowhere,
  notOnHost,
  differsFromNix,
];
