import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tokenizer } from '../../support/textmate.ts';
import type { Token } from '../../support/textmate.ts';

const root = join(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  contributes: { grammars: { scopeName: string; path: string; injectTo?: string[] }[] };
};
const injections = manifest.contributes.grammars.filter((grammar) => grammar.injectTo?.includes('source.nix'));

/** The grammar that Nix IDE ships, and one that has nothing in common with it. */
const hosts = {
  'the grammar of Nix IDE': createRequire(import.meta.url).resolve('tm-grammars/grammars/nix.json'),
  'a grammar with other rules': join(import.meta.dirname, 'fixtures/minimal-nix.tmLanguage.json'),
};

const own = (scope: string): boolean => scope.endsWith('.keepsake');

/** Every character with the scopes that are not ours: what a theme saw without us. */
function othersScopes(lines: readonly (readonly Token[])[]): string[] {
  return lines.flatMap((line, index) =>
    line.flatMap((token) =>
      Array.from(token.text, (character) => `${index + 1}: ${character} ${token.scopes.filter((scope) => !own(scope)).join(' ')}`),
    ),
  );
}

function marked(lines: readonly (readonly Token[])[]): string[] {
  return lines.flat().flatMap((token) => (token.scopes.includes('meta.persisted-path.keepsake') ? [token.text] : []));
}

const cases: Record<string, { text: string; paths: string[] }> = {
  'nested sets': {
    text: `{ environment = { persistence = { "/persist" = { directories = [ "/var/log" ]; files = [ "/etc/machine-id" ]; }; }; }; }`,
    paths: ['/var/log', '/etc/machine-id'],
  },
  'one dotted name': { text: `{ environment.persistence."/persist".directories = [ "/srv" "/var/lib" ]; }`, paths: ['/srv', '/var/lib'] },
  'no space before the name': { text: `{environment.persistence."/persist".files = ["/etc/machine-id"];}`, paths: ['/etc/machine-id'] },
  'several lines': {
    text: `{\n  environment.persistence."/persist" = {\n    hideMounts = true;\n    directories = [\n      "/var/log"\n      "/srv"\n    ];\n  };\n}`,
    paths: ['/var/log', '/srv'],
  },
  'a name whose value starts on the next line': {
    text: `{\n  environment = {\n    persistence =\n      {\n        "/p" = {\n          directories =\n            [ "/a" ]\n            ++ more;\n          files =\n            [ "/b" ];\n        };\n      };\n  };\n}`,
    paths: ['/a', '/b'],
  },
  'an option without a value yet': {
    text: `{ environment.persistence."/p" = { directories =; files = ; }; a = [ "/no" ]; persistence =; b = [ "/no" ]; }`,
    paths: [],
  },
  'entries written as sets: the path, not the owner': {
    text: `{ environment.persistence."/p".directories = [ { directory = "/srv/git"; user = "git"; mode = "0750"; parentDirectory.mode = "0755"; } ]; }`,
    paths: ['/srv/git'],
  },
  'entries of a user': {
    text: `{ environment.persistence."/p".users.owner = { directories = [ "Documents" ".ssh" ]; files = [ ".zsh_history" ]; }; }`,
    paths: ['Documents', '.ssh', '.zsh_history'],
  },
  'the pieces around an interpolation and an escape': {
    text: '{ environment.persistence.${dir}.directories = [ "/var/lib/${name}/data" "/a\\"b" ]; }',
    paths: ['/var/lib/', '/data', '/a', 'b'],
  },
  'lists put together': {
    text: `{ environment.persistence."/p".directories = [ "/a" ] ++ lib.optionals (config.x == "no") [ "/b" ] ++ (map (d: { directory = d; mode = "0700"; }) [ "/c" ]); }`,
    paths: ['/a', '/b', '/c'],
  },
  'a helper with a mode': { text: `{ environment.persistence."/p".directories = [ (mkDir "/root" "0700") ]; }`, paths: ['/root'] },
  'under a condition': {
    text: `{ config = lib.mkIf cfg.enable { environment.persistence.\${cfg.root} = lib.mkMerge [ { files = [ "/etc/adjtime" ]; } ]; }; }`,
    paths: ['/etc/adjtime'],
  },
  'home-manager and names in front': {
    text: `{ home-manager.users.owner.home.persistence."/p".files = [ ".bash_history" ]; flake.modules.nixos.x.environment.persistence."/p".directories = [ "/srv" ]; }`,
    paths: ['.bash_history', '/srv'],
  },
  preservation: {
    text: `{ preservation.preserveAt."/p".directories = [ "/srv" ]; preservation = { preserveAt."/p".files = [ { file = "/etc/machine-id"; inInitrd = true; } ]; }; }`,
    paths: ['/srv', '/etc/machine-id'],
  },
  'what comes after a persistence option is not in it': {
    text: `{ environment.persistence."/p".files = [ "/a" ]; environment.pathsToLink = [ "/no" ]; directories = [ "/no" ]; files = [ "/no" ]; }`,
    paths: ['/a'],
  },
  'lists of other options': {
    text: `{ services.backup.directories = [ "/no" ]; services.redis.persistence = { files = [ "/no" ]; }; directories = [ "/no" ]; }`,
    paths: [],
  },
  'a reading of the option is no declaration': {
    text: `{ a = config.environment.persistence."/p".directories; b = config.environment.persistence == { }; c = [ "/no" ]; directories = [ "/no" ]; }`,
    paths: [],
  },
  'comments and strings': {
    text: `{ # environment.persistence."/p".directories = [ "/no" ];\n  /* environment.persistence."/p".files = [ "/no" ]; */\n  a = "environment.persistence.x.files = [ /no ];"; directories = [ "/no" ]; }`,
    paths: [],
  },
  'a comment in the list': {
    text: `{ environment.persistence."/p".directories = [\n "/a" # "/no" ]; }\n "/b"\n]; }`,
    paths: ['/a', '/b'],
  },
  'a condition on the whole storage': {
    text: `{ environment.persistence."/p" = lib.mkIf (cfg.kind == "laptop") { directories = [ "/a" ]; }; }`,
    paths: ['/a'],
  },
  'a choice between two lists': {
    text: `{ environment.persistence."/p".directories = if cfg.small then [ "/a" ] else [ "/a" "/b" ]; }`,
    paths: ['/a', '/a', '/b'],
  },
  'a list with local names': {
    text: `{ environment.persistence."/p".directories = let base = "/srv"; in with lib; [ "\${base}/git" "/a" ]; }`,
    paths: ['/git', '/a'],
  },
  'the body of a function': {
    text: `{ config, lib, ... }: { environment.persistence."/p".files = [ "/a" ]; }`,
    paths: ['/a'],
  },
  'behind a comment': {
    text: `{ # first\n  environment /* kept */ = {\n    persistence."/p" = { # here\n      files = [ # and here\n "/a" ]; }; }; }`,
    paths: ['/a'],
  },
  'two options, one after the other': {
    text: `{ environment.persistence."/p".files = [ "/a" ]; environment.persistence."/q".files = [ "/b" ]; x.files = [ "/no" ]; }`,
    paths: ['/a', '/b'],
  },
  'a name that only ends like the option': {
    text: `{ mypersistence = { files = [ "/no" ]; }; my-persistence.x.files = [ "/no" ]; nopreserveAt = { files = [ "/no" ]; }; }`,
    paths: [],
  },
  'a list that only ends like ours': {
    text: `{ environment.persistence."/p" = { mydirectories = [ "/no" ]; no-files = [ "/no" ]; directories = [ "/a" ]; }; }`,
    paths: ['/a'],
  },
  'a text that is being typed': { text: `{ environment.persistence."/p".directories = [ "/a" "/b`, paths: ['/a', '/b'] },
};

/** Nix texts that we did not write for this, to see that nothing else changes in them. */
function nixFiles(): string[] {
  const fleet = join(root, 'examples/fleet');
  const names = readdirSync(fleet, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nix'));
  return [...names.map((name) => join(fleet, name)), createRequire(import.meta.url).resolve('tree-sitter-nix/test/highlight/basic.nix')];
}

for (const [name, path] of Object.entries(hosts)) {
  suite(`persisted paths on top of ${name}`, () => {
    let without: (text: string) => Token[][];
    let withOurs: (text: string) => Token[][];

    suiteSetup(async () => {
      const grammars = [
        { scopeName: 'source.nix', path },
        ...injections.map((grammar) => ({ ...grammar, path: join(root, grammar.path) })),
      ];
      without = await tokenizer(grammars, 'source.nix');
      withOurs = await tokenizer(
        grammars,
        'source.nix',
        injections.map(({ scopeName }) => scopeName),
      );
    });

    for (const [title, { text, paths }] of Object.entries(cases)) {
      test(title, () => {
        assert.deepEqual(marked(withOurs(text)), paths);
        assert.deepEqual(othersScopes(withOurs(text)), othersScopes(without(text)), 'the scopes of the Nix grammar stay as they were');
      });
    }

    test('a marked path has our own scope, a standard one, and says which list it is in', () => {
      const tokens = withOurs(`{ environment.persistence."/p" = { directories = [ "/a" ]; files = [ "/b" ]; }; }`).flat();
      const scopes = (text: string): readonly string[] => tokens.find((token) => token.text === text)?.scopes ?? [];
      for (const [path, list] of [
        ['/a', 'directories'],
        ['/b', 'files'],
      ] as const) {
        for (const scope of [
          'meta.persistence.keepsake',
          `meta.persisted-list.${list}.keepsake`,
          'string.quoted.double.nix',
          'meta.persisted-path.keepsake',
          'markup.underline.link.path.keepsake',
        ]) {
          assert.ok(scopes(path).includes(scope), `${path}: ${scope} in ${scopes(path).join(' ')}`);
        }
      }
    });

    test('at no moment of typing a scope of the Nix grammar changes', () => {
      const text = Object.values(cases)
        .map((one) => one.text)
        .join('\n');
      const whole = `{\n  environment = {\n    persistence."/p" = {\n      directories =\n        [ "/a" ];\n      files = [ { file = "/b"; } ];\n    };\n  };\n}`;
      for (const part of [whole, text]) {
        for (let length = 0; length < part.length; length += part === whole ? 1 : 41) {
          const typed = part.slice(0, length);
          assert.deepEqual(othersScopes(withOurs(typed)), othersScopes(without(typed)), typed);
        }
      }
    }).timeout(120_000);

    test('whole files keep every scope of the Nix grammar', () => {
      let paths = 0;
      for (const file of nixFiles()) {
        const text = readFileSync(file, 'utf8');
        const tokens = withOurs(text);
        assert.deepEqual(othersScopes(tokens), othersScopes(without(text)), file);
        paths += marked(tokens).length;
      }
      assert.ok(paths > 40, `the example fleet has more persisted paths than the ${paths} that were marked`);
    });
  });
}
