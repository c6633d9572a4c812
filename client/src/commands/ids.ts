/** Every command; the table gives each its handler, package.json its title (a test compares them). */
export const COMMANDS = {
  connect: 'keepsake.connect',
  refresh: 'keepsake.refresh',
  stop: 'keepsake.stop',
  persist: 'keepsake.persist',
  changeConnection: 'keepsake.changeConnection',
  openCapture: 'keepsake.openCapture',
  openStorage: 'keepsake.openStorage',
  openHost: 'keepsake.openHost',
  copyPath: 'keepsake.copyPath',
  filter: 'keepsake.filter',
  showKept: 'keepsake.showKept',
  hideKept: 'keepsake.hideKept',
  showNoise: 'keepsake.showNoise',
  hideNoise: 'keepsake.hideNoise',
  loadMore: 'keepsake.loadMore',
  showProblem: 'keepsake.showProblem',
  restart: 'keepsake.restart',
  showLog: 'keepsake.showLog',
} as const;

export type CommandName = keyof typeof COMMANDS;
