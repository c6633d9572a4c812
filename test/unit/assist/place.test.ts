import assert from 'node:assert/strict';
import { listPlace } from '../../../server/src/assist/listPlace.ts';

suite('the list that names lead to', () => {
  for (const [names, expected] of [
    ['environment.persistence./p.directories', 'impermanence system directory'],
    ['config.environment.persistence./p.files', 'impermanence system file'],
    ['environment.persistence.?.users.?.files', 'impermanence user:? file'],
    ['environment.persistence./p.users.alice.directories', 'impermanence user:alice directory'],
    ['preservation.preserveAt./p.users.alice.directories.directory', 'preservation user:alice directory + directory'],
    ['home.persistence./p.directories', 'home-manager user:? directory'],
    ['home-manager.users.alice.home.persistence./p.files', 'home-manager user:alice file'],
    ['flake.modules.nixos.x.environment.persistence./p.files', 'impermanence system file'],
    ['environment.persistence./p', null],
    ['environment.persistence.directories', null],
    ['environment.persistence./p.users.directories', null],
    ['environment.systemPackages', null],
    ['home.persistence./p.users.alice.directories', null],
  ] as const)
    test(names, () => {
      const found = listPlace(names.split('.').map((name) => (name === '?' ? null : name)));
      const list = found?.list;
      const scope = list?.scope === 'user' ? `user:${list.user ?? '?'}` : list?.scope;
      const rest = found && found.rest.length > 0 ? ` + ${found.rest.join('.')}` : '';
      assert.equal(list ? `${list.mechanism} ${scope} ${list.kind}${rest}` : null, expected);
    });
});
