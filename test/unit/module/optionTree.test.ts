import assert from 'node:assert/strict';
import { definition } from '../../../server/src/module/definition.ts';
import { OptionTree } from '../../../server/src/module/optionTree.ts';
import { Thunk, type AttrSet } from '../../../server/src/nix/value.ts';

suite('option tree', () => {
  test('what stands for the whole of itself has no names of its own', () => {
    const itself: AttrSet = { get: () => undefined, names: () => tree.names([]), gaps: [] };
    const tree: OptionTree = new OptionTree([definition(Thunk.of({ type: 'attrs', attrs: itself, location: null }))]);
    assert.deepEqual(tree.names([]), []);
  });
});
