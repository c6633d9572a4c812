import assert from 'node:assert/strict';
import { PAGE, PanelModel, type PanelLook } from '../../../client/src/panel/model.ts';
import type { PanelNode } from '../../../client/src/panel/nodes.ts';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { SessionDto } from '../../../server/src/protocol/live.ts';
import type { ChildrenParams, CountsDto, RowDto, VerdictGroup } from '../../../server/src/protocol/rows.ts';
import type { OverviewDto } from '../../../server/src/protocol/panel.ts';

const place = { uri: 'file:///flake.nix', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } } };
const none: CountsDto = { lost: { critical: 0, data: 0, convenience: 0, unknown: 0 }, kept: 0, declared: 0, mounted: 0, noise: 0 };
const host = (name: string): HostDto => ({
  name,
  location: place,
  rootFilesystem: null,
  rollback: null,
  storages: [],
  unresolved: 0,
  shared: { ssh: null, dataset: null, snapshot: null },
});
const session = (change: Partial<SessionDto>): SessionDto => ({
  host: 'web',
  run: 1,
  state: 'done',
  counts: { ...none, lost: { ...none.lost, data: 3 } },
  partial: false,
  problem: null,
  startedAt: 0,
  finishedAt: 1,
  revision: 1,
  listedBy: null,
  notes: [],
  live: null,
  stale: null,
  since: null,
  source: 'ssh web',
  ...change,
});
const row = (id: number, path: string, hasChildren = false): RowDto => ({
  id,
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  isDirectory: hasChildren,
  change: hasChildren ? null : '+',
  fileType: hasChildren ? null : 'F',
  newPath: null,
  verdict: hasChildren ? null : 'lost',
  severity: hasChildren ? null : 'data',
  keptBy: null,
  state: null,
  counts: none,
  hasChildren,
});

function amount(group: VerdictGroup, paths: number): OverviewDto['groups'][number] {
  return { group, places: 1, paths, size: null };
}

/** A model over a directory of `size` files, and what it asked for. */
function modelOf(size: number): { model: PanelModel; asked: ChildrenParams[] } {
  const asked: ChildrenParams[] = [];
  const model = new PanelModel({
    children: async (params) => {
      asked.push(params);
      if (params.parent === null) return { rows: [row(1, '/var', true)], total: 1, revision: 1 };
      const rows = Array.from({ length: Math.min(size, params.limit) }, (_, index) => row(index + 2, `/var/f${index}`));
      return { rows, total: size, revision: 1 };
    },
    overview: async ({ filter }) => ({
      groups: filter === 'nothing' ? [] : [amount('critical', 1), amount('data', size), amount('kept', 4), amount('noise', 7)],
      revision: 1,
    }),
    services: async () => ({
      services: [
        { title: 'Headscale', loss: 'Nodes are gone.', places: 1, paths: 3, size: null },
        { title: null, loss: '', places: 1, paths: 1, size: null },
      ],
      revision: 1,
    }),
  });
  model.setHosts([host('web'), host('nas')]);
  return { model, asked };
}

const look: PanelLook = { kept: false, noise: false, arrangement: 'list' };

/** The group of a host's rows of this verdict. */
async function groupNode(model: PanelModel, name: VerdictGroup): Promise<PanelNode> {
  const found = (await model.children(model.hostNode('web'))).find((node) => node.kind === 'group' && node.group === name);
  assert.ok(found);
  return found;
}

async function child(model: PanelModel, node: PanelNode | undefined, index: number): Promise<PanelNode> {
  const found = (await model.children(node))[index];
  assert.ok(found);
  return found;
}

suite('panel model', () => {
  test('has the hosts at the top, as the same objects each time', async () => {
    const { model } = modelOf(0);
    assert.deepEqual(await model.children(), [
      { kind: 'host', name: 'web' },
      { kind: 'host', name: 'nas' },
    ]);
    assert.equal(await child(model, undefined, 0), await child(model, undefined, 0));
  });

  test('says that a host is not connected, and asks the server nothing', async () => {
    const { model, asked } = modelOf(0);
    const node = await child(model, model.hostNode('web'), 0);
    assert.ok(node.kind === 'state' && node.state === 'unconnected');
    assert.equal(asked.length, 0);
  });

  test('pages a long directory and loads more on demand', async () => {
    const { model, asked } = modelOf(PAGE * 2 + 5);
    model.setSession(session({}));
    const directory = await child(model, await groupNode(model, 'data'), 0);
    const first = await model.children(directory);
    assert.equal(first.length, PAGE + 1);
    const more = first.at(-1);
    assert.ok(more?.kind === 'more' && more.shown === PAGE && more.total === PAGE * 2 + 5);
    model.loadMore(more.list);
    model.loadMore(more.list);
    const all = await model.children(directory);
    assert.equal(all.length, PAGE * 2 + 5);
    assert.equal(asked.at(-1)?.limit, PAGE * 3);
  });

  test('starts paging anew with a new run', async () => {
    const { model, asked } = modelOf(PAGE + 1);
    model.setSession(session({}));
    const more = (await model.children(await child(model, await groupNode(model, 'data'), 0))).at(-1);
    assert.ok(more?.kind === 'more');
    model.loadMore(more.list);
    model.setSession(session({ run: 2 }));
    await model.children(await child(model, await groupNode(model, 'data'), 0));
    assert.equal(asked.at(-1)?.limit, PAGE);
    assert.equal(asked.at(-1)?.run, 2);
  });

  test('takes no older state for a newer one', () => {
    const { model } = modelOf(0);
    model.setSession(session({ run: 2, revision: 5 }));
    assert.deepEqual(model.setSession(session({ run: 2, revision: 4, state: 'running' })), { rows: false, state: false });
    assert.equal(model.view('web')?.session?.state, 'done');
    assert.deepEqual(model.setSession(session({ run: 2, revision: 6 })), { rows: true, state: false });
    assert.deepEqual(model.setSession(session({ run: 2, revision: 6, state: 'cancelled' })), { rows: false, state: true });
  });

  test('says first how it stands while a list is not whole', async () => {
    const { model } = modelOf(0);
    const stateOf = async (change: Partial<SessionDto>): Promise<string> => {
      model.clearSessions();
      model.setSession(session(change));
      const node = await child(model, model.hostNode('web'), 0);
      return node.kind === 'state' ? node.state : node.kind;
    };
    assert.equal(await stateOf({ state: 'connecting' }), 'connecting');
    assert.equal(await stateOf({ state: 'running' }), 'listing');
    assert.equal(await stateOf({ state: 'cancelled' }), 'stopped');
    assert.equal(await stateOf({ state: 'failed' }), 'failed');
    assert.equal(await stateOf({ partial: true }), 'partial');
    assert.equal(await stateOf({ counts: none }), 'empty');
    const problem = { code: 'refused', message: 'It refused.', nextStep: 'Knock again.', detail: '' };
    assert.equal(await stateOf({ state: 'failed', problem }), 'failed');
    const second = await child(model, model.hostNode('web'), 1);
    assert.equal(second.kind === 'state' && second.state, 'nextStep');
    assert.equal(await stateOf({}), 'group');
    assert.equal(await stateOf({ stale: { since: 0, problem, retryAt: null } }), 'stale');
    const waiting = async (): Promise<unknown> => {
      const node = await child(model, model.hostNode('web'), 0);
      return node.kind === 'state' && node.source;
    };
    assert.equal(await waiting(), '');
    assert.equal(await stateOf({ stale: { since: 0, problem, retryAt: 5000 } }), 'stale');
    assert.equal(await waiting(), `tried again at ${new Date(5000).toLocaleTimeString()}`);
    const note = { ...problem, code: 'root-not-erased', severity: 'error', paths: [], total: 0 } as const;
    assert.equal(await stateOf({ notes: [note] }), 'note');
  });

  test('counts what the filter hides, and asks for what it shows', async () => {
    const { model, asked } = modelOf(1);
    model.setSession(session({}));
    assert.deepEqual((await model.children(model.hostNode('web'))).at(-1), { kind: 'hidden', host: 'web', kept: 4, noise: 7 });
    model.setLook({ ...look, noise: true });
    assert.deepEqual((await model.children(model.hostNode('web'))).at(-1), { kind: 'hidden', host: 'web', kept: 4, noise: 0 });
    model.setLook({ ...look, kept: true, noise: true });
    const nodes = await model.children(model.hostNode('web'));
    assert.deepEqual(
      nodes.map((node) => (node.kind === 'group' ? node.group : node.kind)),
      ['critical', 'data', 'kept', 'noise'],
    );
    await model.children(await groupNode(model, 'critical'));
    assert.deepEqual([asked.at(-1)?.verdicts, asked.at(-1)?.severities, asked.at(-1)?.arrangement], [['lost'], ['critical'], 'list']);
    await model.children(await groupNode(model, 'noise'));
    assert.deepEqual([asked.at(-1)?.verdicts, asked.at(-1)?.severities], [['noise'], undefined]);
  });

  test('arranges a group by service, and asks for the things of one', async () => {
    const { model, asked } = modelOf(1);
    model.setSession(session({}));
    model.setLook({ ...look, arrangement: 'service' });
    const services = await model.children(await groupNode(model, 'data'));
    assert.deepEqual(
      services.map((node) => node.kind === 'service' && node.title),
      ['Headscale', null],
    );
    await model.children(services[0]);
    assert.deepEqual([asked.at(-1)?.service, asked.at(-1)?.arrangement], ['Headscale', 'list']);
    await model.children(services[1]);
    assert.equal(asked.at(-1)?.service, null);
  });

  test('a text is asked for with everything, and said first', async () => {
    const { model, asked } = modelOf(PAGE + 1);
    model.setSession(session({}));
    model.setText('vaultwarden');
    const [first] = await model.children(model.hostNode('web'));
    assert.deepEqual(first, { kind: 'filter', host: 'web', text: 'vaultwarden', found: true });
    await model.children(await groupNode(model, 'data'));
    assert.equal(asked.at(-1)?.filter, 'vaultwarden');
    model.setText('nothing');
    assert.deepEqual(await model.children(model.hostNode('web')), [{ kind: 'filter', host: 'web', text: 'nothing', found: false }]);
    model.setText('');
    await model.children(await groupNode(model, 'data'));
    assert.equal(asked.at(-1)?.filter, undefined);
  });

  test('says when the server does not answer', async () => {
    const model = new PanelModel({
      children: () => Promise.reject(new Error('gone')),
      overview: () => Promise.reject(new Error('gone')),
      services: () => Promise.reject(new Error('gone')),
    });
    model.setHosts([host('web')]);
    model.setSession(session({}));
    const node = await child(model, model.hostNode('web'), 0);
    assert.ok(node.kind === 'state' && node.state === 'unavailable');
  });

  test('sums what would be lost, of hosts that are still there', () => {
    const { model } = modelOf(0);
    model.setSession(session({}));
    model.setSession(session({ host: 'gone' }));
    assert.deepEqual(model.lostByHost(), [['web', 3]]);
    assert.deepEqual(model.running(), []);
    model.setSession(session({ state: 'running', revision: 2 }));
    assert.deepEqual(model.running(), ['web']);
  });

  test('goes back to the rows of an earlier run when a later one failed', async () => {
    const { model, asked } = modelOf(1);
    model.setSession(session({ run: 2, revision: 5, state: 'running' }));
    assert.deepEqual(model.setSession(session({ run: 1, revision: 6, state: 'failed' })), { rows: true, state: true });
    await model.children(await groupNode(model, 'data'));
    assert.equal(asked.at(-1)?.run, 1);
  });
});
