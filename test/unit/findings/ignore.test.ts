import assert from 'node:assert/strict';
import { ignoreComment } from '../../../server/src/findings/ignoreComments.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

/** Subjects of what is found in a module. */
async function found(text: string): Promise<readonly string[]> {
  const { workspace } = await fixtureWorkspace(readFixture(text));
  return workspace.analysis().findings.map(({ subject }) => subject);
}

const KEPT = 'environment.persistence."/persist".directories = [ "/var/lib" ];';

suite('ignore comments', () => {
  test('without one, everything is told', async () => {
    assert.deepEqual(await found(`{ ${KEPT} }`), ['journal-logs', 'machine-id']);
  });

  test('behind code, for what begins on the line', async () => {
    assert.deepEqual(await found(`{\n  ${KEPT} # keepsake: ignore missing-critical-state a test machine\n}`), []);
  });

  test('on a line of its own, for the whole block below, past other comments', async () => {
    const block = `environment = {\n    persistence = {\n      "/persist".directories = [ "/var/lib" ];\n    };\n  };`;
    assert.deepEqual(await found(`{\n  # keepsake: ignore missing-critical-state a test machine\n  # and more\n\n  ${block}\n}`), []);
    assert.deepEqual(await found(`{\n  /* keepsake: ignore missing-critical-state */\n  ${block}\n}`), []);
  });

  test('several codes in one', async () => {
    assert.deepEqual(await found(`{\n  # keepsake: ignore wrong-kind, missing-critical-state why not\n  ${KEPT}\n}`), []);
  });

  for (const [name, comment] of [
    ['another code', '# keepsake: ignore missing-service-state why'],
    ['no code', '# keepsake: ignore'],
    ['another tool', '# statix: ignore missing-critical-state'],
    ['text in front', '# do not keepsake: ignore missing-critical-state'],
  ] as const)
    test(`not by ${name}`, async () => {
      assert.equal((await found(`{\n  ${comment}\n  ${KEPT}\n}`)).length, 2);
    });

  test('not for the block after the next, nor for what stands above', async () => {
    const comment = '# keepsake: ignore missing-critical-state why';
    assert.equal((await found(`{\n  ${comment}\n  time.timeZone = "UTC";\n  ${KEPT}\n}`)).length, 2);
    assert.equal((await found(`{\n  ${KEPT}\n  ${comment}\n}`)).length, 2);
  });

  test('a string is no comment', async () => {
    assert.equal((await found(`{\n  a = "\n  # keepsake: ignore missing-critical-state why\n";\n  ${KEPT}\n}`)).length, 2);
  });

  test('the text of a comment is one line', () => {
    assert.equal(ignoreComment('wrong-kind', 'two\nlines'), '# keepsake: ignore wrong-kind two lines');
    assert.equal(ignoreComment('wrong-kind', ''), '# keepsake: ignore wrong-kind');
  });
});
