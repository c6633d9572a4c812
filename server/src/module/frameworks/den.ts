import { apply } from '../../nix/arguments.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { attr, external, list, record, string, Thunk, type Attr, type AttrSet, type Value } from '../../nix/value.ts';
import { option, optionType, setOfType } from '../optionTypes.ts';
import { aspectType, including, resolved, type AspectContext } from './aspects.ts';
import { NONE, raw } from './flakeModule.ts';
import { fn, hostNamed, machine, partly, sure, type Framework } from './framework.ts';
import { at, attributes, lazySet, text } from './read.ts';

/**
 * denful/den (its docs): `den.hosts.<system>.<name>.users.<user>` are machines and their users, made of the aspects of the same names in
 * `den.aspects`, of `den.default`, and of what these include. A user's `homeManager` parts are at `home-manager.users.<user>`.
 */
export const den: Framework = {
  input: /(^den |[:/]den(\/|$))/,
  value: (evaluation, outside) => {
    const module = fn(evaluation, 1, (ev, args) => denModule(ev, args));
    const modules = partly(outside, { default: module, dendritic: module });
    return partly(outside, {
      flakeModule: module,
      flakeModules: modules,
      modules: partly(outside, { flake: modules }),
      namespace: fn(evaluation, 2, (ev, name) => namespace(ev, text(name.force()) ?? '')),
    });
  },
};

/** A set of aspects under a name of its own, which modules get as an argument. */
function namespace(evaluation: Evaluation, name: string): Value {
  return fn(evaluation, 1, (_, args) =>
    record({
      config: record({
        _module: record({ args: record({ [name]: new Thunk(null, () => at(args.force(), 'config', 'den', 'ful', name) ?? NONE) }) }),
      }),
    }),
  );
}

function denModule(evaluation: Evaluation, args: Thunk): Value {
  const set = new Thunk(null, () => at(args.force(), 'config', 'den') ?? NONE);
  const aspect = aspectType(evaluation);
  const seen = new Thunk(null, () => withBatteries(evaluation, set.force()));
  return record({
    options: record({
      den: record({
        aspects: option(setOfType(aspect), { default: NONE }),
        ful: option(setOfType(setOfType(aspect)), { default: NONE }),
        default: option(aspect, { default: NONE }),
        base: option(setOfType(aspect), { default: NONE }),
        ctx: option(setOfType(aspect), { default: NONE }),
        schema: option(setOfType(aspect), { default: NONE }),
        hosts: option(setOfType(setOfType(optionType('submodule', { modules: hostModule() }))), { default: NONE }),
        homes: option(setOfType(setOfType(raw)), { default: NONE }),
      }),
    }),
    config: record({
      _module: record({
        args: record({ den: seen, __findFile: fn(evaluation, 2, (_, __, name) => findAspect(seen.force(), text(name.force()) ?? '')) }),
      }),
      flake: lazySet([['nixosConfigurations', (): Value => hosts(evaluation, args.force(), set.force())]]),
    }),
  });
}

function hostModule(): Value {
  return record({ options: record({ users: option(setOfType(raw), { default: NONE }) }), freeformType: setOfType(raw) });
}

/** `config.den` with what den itself offers: helpers that give aspects back, and batteries, which are outside. */
function withBatteries(evaluation: Evaluation, set: Value): Value {
  const same = fn(evaluation, 1, (_, aspect) => aspect.force());
  const helpers = partly(external('a function of den'), {
    parametric: partly(external('a function of den'), {
      __functor: fn(evaluation, 2, (_, __, aspect) => aspect.force()),
      atLeast: same,
      exactly: same,
      fixedTo: same,
      expands: same,
    }),
    perHost: same,
    perUser: same,
    perHome: same,
    take: partly(external('a function of den'), { exactly: same, atLeast: same, unused: same }),
  });
  const batteries = external('a battery of den');
  const own: Readonly<Record<string, Attr>> = {
    lib: attr(Thunk.of(helpers)),
    provides: attr(Thunk.of(batteries)),
    batteries: attr(Thunk.of(batteries)),
    _: attr(Thunk.of(batteries)),
  };
  if (set.type !== 'attrs') return set;
  const { attrs: inner } = set;
  const both: AttrSet = { get: (name) => own[name] ?? inner.get(name), names: () => inner.names(), gaps: inner.gaps };
  return { ...set, attrs: both };
}

/** `<name/inner>`: the aspect of that name, with those it provides after slashes and those in it after dots (den's docs, "Angle brackets"). */
function findAspect(seen: Value, name: string): Value {
  const [head = '', ...rest] = name.split(/[/.]/);
  const root = head === 'den' ? seen : (at(seen, 'aspects', head) ?? at(seen, 'ful', head));
  return rest.reduce<Value | null>((value, part) => at(value, part) ?? at(value, 'provides', part), root) ?? external(`<${name}>`);
}

function hosts(evaluation: Evaluation, args: Value, set: Value): Value {
  const found = attributes(at(set, 'hosts')).flatMap(([key, thunk]): readonly Host[] => {
    const value = thunk.force();
    // A host may stand below its system, or say it.
    const own = text(at(value, 'system'));
    if (own !== null) return [{ name: key, system: own, host: value }];
    return attributes(value).map(([name, host]) => ({ name, system: key, host: host.force() }));
  });
  return lazySet(found.filter(isMachine).map((host) => [host.name, (): Value => makeHost(evaluation, args, set, host)] as const));
}

/** Whether it is one of `nixosConfigurations`: of the class `nixos`, and not put elsewhere or nowhere by `intoAttr`. */
function isMachine({ system, host }: Host): boolean {
  const into = at(host, 'intoAttr');
  const [first] = into?.type === 'list' ? into.items : [];
  const isOutput = into?.type !== 'list' || (first && text(first.thunk.force()) === 'nixosConfigurations');
  return (text(at(host, 'class')) ?? (system.endsWith('darwin') ? 'darwin' : 'nixos')) === 'nixos' && isOutput === true;
}

interface Host {
  readonly name: string;
  readonly system: string;
  readonly host: Value;
}

function makeHost(evaluation: Evaluation, args: Value, set: Value, { name, system, host }: Host): Value {
  const entity = described(host, name, { hostName: string(name, null), system: string(system, null), class: string('nixos', null) });
  const own = aspectOf(set, host, name);
  const common = (kind: string): readonly (Value | null)[] => [
    at(set, 'default'),
    at(set, 'schema', kind),
    at(set, 'base', kind),
    at(set, 'ctx', kind),
  ];
  const machineParts = including([own, ...common('host')]);
  const users = attributes(at(host, 'users')).map(([user, thunk]) => {
    const person = thunk.force();
    const aspect = aspectOf(set, person, user);
    const parts = including([
      aspect,
      ...common('user'),
      at(own, 'provides', 'to-users'),
      at(own, '_', 'to-users'),
      at(own, 'provides', user),
      // Aspects in that of the machine by the user's name, and the other way round.
      at(own, user),
      at(aspect, name),
      at(aspect, 'provides', 'to-hosts'),
      at(aspect, 'provides', name),
    ]);
    const context: AspectContext = { host: entity, user: described(person, user, { userName: string(user, null) }) };
    return { user: text(at(person, 'userName')) ?? user, context, parts };
  });
  const homes = users.map(
    ({ user, context, parts }) =>
      [
        user,
        (): Value => {
          const asking = { context, taken: new Set<AttrSet>() };
          const modules = [parts, machineParts].map((each) => sure(resolved(evaluation, each, 'homeManager', asking)));
          return record({ imports: list(modules) });
        },
      ] as const,
  );
  const before = { host: entity };
  const taken = new Set<AttrSet>();
  const modules = [
    resolved(evaluation, machineParts, 'nixos', { context: before, taken }),
    ...users.map(({ context, parts }) => resolved(evaluation, parts, 'nixos', { context, taken })),
    // What functions of a user among the machine's own aspects give.
    ...users.map(({ context }) => resolved(evaluation, machineParts, 'nixos', { context, before, taken })),
    record({ 'home-manager': record({ users: lazySet(homes) }) }),
  ];
  const instantiate = at(host, 'instantiate');
  const given = record({ modules: list([...modules.map(sure), hostNamed(name)]), specialArgs: at(host, 'specialArgs') ?? NONE });
  if (instantiate?.type === 'function') return apply(evaluation, Thunk.of(instantiate), Thunk.of(given));
  return machine(
    evaluation,
    [...modules.map(sure), hostNamed(name)],
    at(host, 'specialArgs') ?? record({ inputs: at(args, 'inputs') ?? external('inputs') }),
  );
}

/** A host or user as functions get it: what its author says of it, its name, and the aspect of that name. */
function described(value: Value, name: string, more: AspectContext): Value {
  const own: AspectContext = { name: string(name, null), aspect: string(name, null), ...more };
  if (value.type !== 'attrs') return record(own);
  const { attrs: inner } = value;
  return {
    ...value,
    attrs: {
      get(key) {
        const found = inner.get(key);
        const known = own[key];
        return found ?? (known && attr(Thunk.of(known)));
      },
      names: () => [...new Set([...Object.keys(own), ...inner.names()])],
      gaps: inner.gaps,
    },
  };
}

/** The aspect of a host or user: the one it names, else the one of its name. */
function aspectOf(set: Value, entity: Value, name: string): Value | null {
  const given = at(entity, 'aspect');
  return given && given.type !== 'string' ? given : at(set, 'aspects', text(given) ?? name);
}
