import { posix } from 'node:path';
import { isKept } from './kept.ts';
import type { Severity } from './finding.ts';
import { isSet } from './options.ts';
import type { Rule } from './rule.ts';

interface Layers {
  readonly severity: Severity;
  readonly volumes: string;
}

/** Where container engines keep their images, with where their volumes are. */
const ENGINES: readonly (readonly [path: RegExp, layers: Layers])[] = [
  [
    /^\/var\/lib\/containers\/storage\/(overlay|vfs|btrfs)(-[a-z]+)?$/,
    { severity: 'warning', volumes: '/var/lib/containers/storage/volumes' },
  ],
  [/^\/var\/lib\/containers(\/storage)?$/, { severity: 'hint', volumes: '/var/lib/containers/storage/volumes' }],
  [/^\/var\/lib\/docker\/(overlay2?|image|containerd|vfs|btrfs|zfs)$/, { severity: 'warning', volumes: '/var/lib/docker/volumes' }],
  [/^\/var\/lib\/docker$/, { severity: 'hint', volumes: '/var/lib/docker/volumes' }],
];

const DATA_ROOT = ['virtualisation', 'docker', 'daemon', 'settings', 'data-root'];

/** `container-layers`: images are kept that can be pulled again. */
export const containerLayers: Rule = {
  code: 'container-layers',
  severity: 'hint',
  page: {
    title: 'Layers of container images are kept',
    what: `The whole storage of podman or docker is kept, or even just the layers in it, rather than the volumes. Nothing is said of
layers where the containers of \`/var/lib/docker\` are kept beside them: those are made of them.`,
    why: `Images and containers are made again from what the configuration says; they are large and change with every pull. What can't be made again is in the
volumes, and in directories of the host that are mounted into containers.`,
    fix: `Keep the volumes (\`/var/lib/containers/storage/volumes\`, \`/var/lib/docker/volumes\`) and the directories that containers mount. Or keep the layers in a storage
that is not backed up, called \`cache\` say.`,
    silence: `With a slow line, or containers that are made by hand, keeping all of it can be right.`,
    sources: ['containers-storage.conf(5), graphroot', 'Docker manual, "Storage"'],
  },
  check(context) {
    return context.entries.flatMap((entry) => {
      const [, layers] = ENGINES.find(([path]) => path.test(entry.path)) ?? [];
      if (!layers || (entry.storage !== null && /cache|scratch|local|state|volatile/i.test(entry.storage))) return [];
      const { severity, volumes } = layers;
      // Docker keeps its images elsewhere.
      if (volumes.startsWith('/var/lib/docker/') && isSet(context.host, DATA_ROOT)) return [];
      const whole = severity === 'hint';
      // Whoever keeps containers needs the layers that they are made of.
      if (!whole && isKept(context, posix.join(posix.dirname(volumes), 'containers'))) return [];
      return [
        {
          subject: `${entry.path} ${context.refer(entry).nth}`,
          severity,
          location: entry.location,
          message: `${entry.path} holds ${whole ? 'images too, which' : 'layers of images, which'} can be pulled again; data is in ${volumes}. Keep that alone, or the rest in a storage without backups.`,
          related: [],
          fixes: [
            {
              title: `Keep ${volumes} instead`,
              safe: false,
              change: { kind: 'rewrite-path' as const, entry: context.refer(entry), to: volumes },
            },
          ],
        },
      ];
    });
  },
};
