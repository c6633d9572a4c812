import { certain } from '../nix/combine.ts';
import { isUnknown, setOf } from '../nix/primitive.ts';
import { list, tagOf, Thunk, type AttrsValue, type ListItem } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import type { HostDeclaration } from './hostDeclaration.ts';
import { HOME_TAG } from './frameworks/homeManager.ts';
import { at, modulesOf } from './frameworks/read.ts';

/** The users that a flake configures apart from any machine (`homeConfigurations`), by the names it gives them, such as `ann@web`. */
export function homesOf(outputs: AttrsValue, start: Location): readonly HostDeclaration[] {
  const homes = at(outputs, 'homeConfigurations');
  if (homes?.type !== 'attrs') return [];
  return homes.attrs.names().flatMap((name): readonly HostDeclaration[] => {
    const found = homes.attrs.get(name);
    if (!found) return [];
    const location = found.name ?? found.binding ?? start;
    const value = certain(found);
    if (value.type === 'unknown') return [{ name, location, system: null, problem: value.reason }];
    const args = value.type === 'attrs' && tagOf(value) === HOME_TAG ? value.attrs.get('args') : undefined;
    const given = args && setOf(args.thunk);
    if (!given) return [{ name, location, system: null, problem: 'it is not made by homeManagerConfiguration' }];
    if (isUnknown(given)) return [{ name, location, system: null, problem: given.reason }];
    // `configuration` and `extraModules` are what releases before 22.11 took.
    const modules = ['modules', 'configuration', 'extraModules'].flatMap((option): readonly ListItem[] => {
      const said = given.get(option);
      return said ? modulesOf(certain(said)) : [];
    });
    const special = given.get('extraSpecialArgs');
    const specialArgs = special && setOf(special.thunk);
    return [
      {
        name,
        location,
        system: { modules: Thunk.of(list(modules)), specialArgs: specialArgs && !isUnknown(specialArgs) ? specialArgs : null },
        problem: null,
      },
    ];
  });
}
