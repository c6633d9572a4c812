import assert from 'node:assert/strict';
import { hostOf, optionOf } from '../../support/coreHost.ts';

/** `config.my` of a machine whose one module declares `options.my` so and defines it so, and what other modules say. */
async function my(declared: string, ...defined: readonly string[]): Promise<unknown> {
  const modules = defined.map((each) => `{ config.my = ${each}; }`).join(' ');
  const host = await hostOf(`{ lib, ... }: let inherit (lib) types mkOption; in { imports = [ ${modules} ]; options.my = ${declared}; }`);
  return optionOf(host, 'my');
}

const PERSON =
  'types.submodule ({ name, config, ... }: { options = { home = mkOption { default = "/home/${name}"; }; shell = mkOption { default = "sh"; }; cache = mkOption { default = "${config.home}/c"; }; }; })';

suite('option values by their types', () => {
  for (const [name, declared, defined, expected] of [
    [
      'a set of submodules: names, defaults, what one option says of another',
      `mkOption { type = types.attrsOf (${PERSON}); }`,
      ['{ ann = { }; }', '{ bob.home = "/b"; }'],
      { ann: { home: '/home/ann', shell: 'sh', cache: '/home/ann/c' }, bob: { home: '/b', shell: 'sh', cache: '/b/c' } },
    ],
    [
      'a list of sets with attributes under conditions',
      'mkOption { type = types.listOf (types.attrsOf types.anything); }',
      ['[ { a = lib.mkIf true [ 1 ]; b = lib.mkIf false [ 2 ]; c = 3; } ]', '[ { a = lib.mkMerge [ [ 4 ] (lib.mkIf true [ 5 ]) ]; } ]'],
      [{ a: [1], c: 3 }, { a: [4, 5] }],
    ],
    [
      'definitions of one submodule in several modules',
      `mkOption { type = types.lazyAttrsOf (${PERSON}); }`,
      ['{ ann.home = "/a"; }', '{ ann.shell = "fish"; }'],
      { ann: { home: '/a', shell: 'fish', cache: '/a/c' } },
    ],
    [
      'a submodule that is not defined',
      `mkOption { type = types.submodule { options.x = mkOption { default = 1; }; }; default = { }; }`,
      [],
      { x: 1 },
    ],
    [
      'the default of a set of submodules',
      `mkOption { type = types.attrsOf (types.submodule { options.x = mkOption { default = 1; }; }); default = { a = { }; b.x = 2; }; }`,
      [],
      { a: { x: 1 }, b: { x: 2 } },
    ],
    [
      'submodules in submodules',
      `mkOption { type = types.attrsOf (types.submodule { options.inner = mkOption { type = types.attrsOf (types.submodule { options.x = mkOption { default = 1; }; }); default = { }; }; }); }`,
      ['{ a.inner.b = { }; }'],
      { a: { inner: { b: { x: 1 } } } },
    ],
    [
      'a list of submodules',
      `mkOption { type = types.listOf (types.submodule { options.x = mkOption { default = 1; }; options.y = mkOption { }; }); }`,
      ['[ { y = 2; } ]', '[ { x = 3; y = 4; } ]'],
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    ],
    [
      'a list whose texts become sets',
      `mkOption { type = types.listOf (types.coercedTo types.str (d: { directory = d; }) types.attrs); }`,
      ['[ "a" { directory = "b"; } ]'],
      [{ directory: 'a' }, { directory: 'b' }],
    ],
    [
      'a text that becomes a submodule',
      `mkOption { type = types.attrsOf (types.coercedTo types.str (s: { shell = s; }) (types.submodule { options.shell = mkOption { }; options.x = mkOption { default = 1; }; })); }`,
      ['{ ann = "fish"; }'],
      { ann: { shell: 'fish', x: 1 } },
    ],
    [
      'null, or a submodule',
      `mkOption { type = types.nullOr (types.submodule { options.x = mkOption { default = 1; }; }); default = null; }`,
      [],
      null,
    ],
    ['apply', `mkOption { type = types.listOf types.str; apply = map (x: "/\${x}"); }`, ['[ "a" ]', '[ "b" ]'], ['/a', '/b']],
    [
      'what is not declared in a submodule',
      `mkOption { type = types.submodule { freeformType = types.attrsOf types.int; options.x = mkOption { default = 1; }; }; default = { }; }`,
      ['{ y = 2; }'],
      { x: 1, y: 2 },
    ],
    [
      'names that are structure elsewhere',
      `mkOption { type = types.attrsOf (types.submodule { options.meta = mkOption { default = "m"; }; options.imports = mkOption { default = [ ]; }; }); }`,
      ['{ a.meta = "n"; }'],
      { a: { meta: 'n', imports: [] } },
    ],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await my(declared, ...defined), expected);
    });

  test('a submodule that depends on itself is unknown', async () => {
    const declared = 'mkOption { type = types.attrsOf (types.submodule { options.x = mkOption { }; }); }';
    const host = await hostOf(
      `{ lib, config, ... }: let inherit (lib) types mkOption; in { options.my = ${declared}; config.my.a.x = config.my.a.x; }`,
    );
    assert.match(String(optionOf(host, 'my.a.x')), /^unknown: .*depends on itself/);
  });

  test('options: values, whether they are defined, aliases of their definitions', async () => {
    const host = await hostOf(`{ lib, options, ... }: {
  options.my.a = lib.mkOption { }; options.my.b = lib.mkOption { }; options.my.c = lib.mkOption { default = 1; };
  config = { my.a = [ "x" ]; your.value = options.my.a.value; your.defined = map (o: o.isDefined) [ options.my.a options.my.b options.my.c ];
    your.list = lib.mkAliasDefinitions options.my.a; your.loc = options.my.a.loc; };
}`);
    assert.deepEqual(optionOf(host, 'your.value'), ['x']);
    assert.deepEqual(optionOf(host, 'your.defined'), [true, false, true]);
    assert.deepEqual(optionOf(host, 'your.list'), ['x']);
    assert.deepEqual(optionOf(host, 'your.loc'), ['my', 'a']);
  });
});
