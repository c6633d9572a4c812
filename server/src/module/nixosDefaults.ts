import { bool, NULL, string, type Value } from '../nix/value.ts';
import type { DefaultOf } from './configuration.ts';

/** What the value of another option is, for defaults that are made of it. */
export type Read = (path: readonly string[]) => Value;

/** Options of nixpkgs' service modules whose default is one path, or a name below /var/lib where the option takes such a name. */
const PATHS: ReadonlyMap<string, string> = new Map(
  `boot.lanzaboote.pkiBundle /var/lib/sbctl
microvm.stateDir /var/lib/microvms
programs.ccache.cacheDir /var/cache/ccache
services.actual.settings.dataDir /var/lib/actual
services.audiobookshelf.dataDir audiobookshelf
services.bazarr.dataDir /var/lib/bazarr
services.caddy.dataDir /var/lib/caddy
services.caddy.logDir /var/log/caddy
services.calibre-web.dataDir calibre-web
services.cassandra.homeDir /var/lib/cassandra
services.changedetection-io.datastorePath /var/lib/changedetection-io
services.chrony.directory /var/lib/chrony
services.cloudflare-warp.rootDir /var/lib/cloudflare-warp
services.couchdb.databaseDir /var/lib/couchdb
services.davis.dataDir /var/lib/davis
services.deluge.dataDir /var/lib/deluge
services.dockerRegistry.storagePath /var/lib/docker-registry
services.duplicati.dataDir /var/lib/duplicati
services.elasticsearch.dataDir /var/lib/elasticsearch
services.etcd.dataDir /var/lib/etcd
services.factorio.stateDirName factorio
services.firefly-iii-data-importer.dataDir /var/lib/firefly-iii-data-importer
services.firefly-iii.dataDir /var/lib/firefly-iii
services.forgejo.stateDir /var/lib/forgejo
services.freshrss.dataDir /var/lib/freshrss
services.gitea.stateDir /var/lib/gitea
services.gitlab.statePath /var/gitlab/state
services.gitolite.dataDir /var/lib/gitolite
services.grafana.dataDir /var/lib/grafana
services.grocy.dataDir /var/lib/grocy
services.healthchecks.dataDir /var/lib/healthchecks
services.home-assistant.configDir /var/lib/hass
services.homebridge.userStoragePath /var/lib/homebridge
services.immich.mediaLocation /var/lib/immich
services.influxdb.dataDir /var/db/influxdb
services.jackett.dataDir /var/lib/jackett/.config/Jackett
services.jellyfin.cacheDir /var/cache/jellyfin
services.jellyfin.dataDir /var/lib/jellyfin
services.jenkins.home /var/lib/jenkins
services.jupyterhub.stateDirectory jupyterhub
services.kavita.dataDir /var/lib/kavita
services.komga.stateDir /var/lib/komga
services.kubo.dataDir /var/lib/ipfs
services.librechat.dataDir /var/lib/librechat
services.lidarr.dataDir /var/lib/lidarr/.config/Lidarr
services.linkwarden.storageLocation /var/lib/linkwarden
services.loki.dataDir /var/lib/loki
services.matrix-synapse.dataDir /var/lib/matrix-synapse
services.mattermost.dataDir /var/lib/mattermost
services.mautrix-discord.dataDir /var/lib/mautrix-discord
services.memos.dataDir /var/lib/memos
services.minecraft-server.dataDir /var/lib/minecraft
services.mongodb.dbpath /var/db/mongodb
services.moonraker.stateDir /var/lib/moonraker
services.mopidy.dataDir /var/lib/mopidy
services.mosquitto.dataDir /var/lib/mosquitto
services.mpd.dataDir /var/lib/mpd
services.murmur.stateDir /var/lib/murmur
services.mysqlBackup.location /var/backup/mysql
services.nextcloud.home /var/lib/nextcloud
services.nexus.home /var/lib/sonatype-work
services.nginx.stateDir /var/spool/nginx
services.node-red.userDir /var/lib/node-red
services.ocis.stateDir /var/lib/ocis
services.octoprint.stateDir /var/lib/octoprint
services.ollama.home /var/lib/ollama
services.open-webui.stateDir /var/lib/open-webui
services.opencloud.stateDir /var/lib/opencloud
services.outline.storage.localRootDir /var/lib/outline/data
services.paperless.dataDir /var/lib/paperless
services.photoprism.storagePath /var/lib/photoprism
services.plex.dataDir /var/lib/plex
services.pocket-id.dataDir /var/lib/pocket-id
services.postgresqlBackup.location /var/backup/postgresql
services.prometheus.stateDir prometheus2
services.prosody.dataDir /var/lib/prosody
services.prowlarr.dataDir /var/lib/prowlarr
services.qbittorrent.profileDir /var/lib/qBittorrent/
services.rabbitmq.dataDir /var/lib/rabbitmq
services.radarr.dataDir /var/lib/radarr/.config/Radarr
services.readarr.dataDir /var/lib/readarr
services.restic.server.dataDir /var/lib/restic
services.rtorrent.dataDir /var/lib/rtorrent
services.sftpgo.dataDir /var/lib/sftpgo
services.sonarr.dataDir /var/lib/sonarr/.config/NzbDrone
services.suwayomi-server.dataDir /var/lib/suwayomi-server
services.syncthing.dataDir /var/lib/syncthing
services.tautulli.dataDir /var/lib/plexpy
services.teamspeak3.dataDir /var/lib/teamspeak3-server
services.terraria.dataDir /var/lib/terraria
services.traefik.dataDir /var/lib/traefik
services.transmission.home /var/lib/transmission
services.unbound.stateDir /var/lib/unbound
services.victoriametrics.stateDir victoriametrics
services.vikunja.database.path /var/lib/vikunja/vikunja.db
services.whisparr.dataDir /var/lib/whisparr/.config/Whisparr
services.writefreely.stateDir /var/lib/writefreely
services.zigbee2mqtt.dataDir /var/lib/zigbee2mqtt
services.znc.dataDir /var/lib/znc`
    .split('\n')
    .map((line) => line.split(' ') as [string, string]),
);

/** Defaults that stand below another option's value. */
const BELOW: ReadonlyMap<string, readonly [option: string, below: string]> = new Map([
  ['services.forgejo.customDir', ['services.forgejo.stateDir', '/custom']],
  ['services.forgejo.repositoryRoot', ['services.forgejo.stateDir', '/repositories']],
  ['services.gitea.repositoryRoot', ['services.gitea.stateDir', '/repositories']],
  ['services.jellyfin.configDir', ['services.jellyfin.dataDir', '/config']],
  ['services.jellyfin.logDir', ['services.jellyfin.dataDir', '/log']],
  ['services.nextcloud.datadir', ['services.nextcloud.home', '']],
  ['services.paperless.consumptionDir', ['services.paperless.dataDir', '/consume']],
  ['services.paperless.mediaDir', ['services.paperless.dataDir', '/media']],
  ['services.syncthing.configDir', ['services.syncthing.dataDir', '/.config/syncthing']],
]);

/** Switches that are off in every release, whatever else is on (nixpkgs etc-overlay.nix). */
const OFF: ReadonlySet<string> = new Set(['system.etc.overlay.enable']);

/** Releases from which on `services.postgresql.package` is of another version (nixpkgs postgresql.nix), newest first. */
const POSTGRESQL: readonly (readonly [release: number, version: string])[] = [
  [25.11, '17'],
  [24.11, '16'],
  [23.11, '15'],
  [22.05, '14'],
  [21.11, '13'],
  [20.03, '11'],
];

/** Everything above an option that is known, as `services.*`. */
const SETS = setsAbove([...PATHS.keys(), ...BELOW.keys(), ...OFF, 'services.mysql.dataDir', 'services.postgresql.dataDir']);

function setsAbove(options: readonly string[]): ReadonlySet<string> {
  const above = new Set<string>();
  for (const option of options) {
    const parts = option.split('.');
    for (let length = 1; length < parts.length; length++) above.add([...parts.slice(0, length), '*'].join('.'));
  }
  return above;
}

/** Values of NixOS options that nobody sets, as far as paths that are persisted are made of them. Names of users are not known here. */
export function nixosDefaults(read: Read): DefaultOf {
  return (path) => {
    const name = path.join('.');
    if (path.at(-1) === '*') return SETS.has(name) || /^users\.(users\.)?[^.]*\.?\*$/.test(name) ? NULL : null;
    const fixed = PATHS.get(name);
    if (fixed !== undefined) return string(fixed, null);
    if (OFF.has(name)) return bool(false);
    const made = BELOW.get(name);
    if (made) return below(read, made);
    if (name === 'services.mysql.dataDir') return string(release(read) >= 17.09 ? '/var/lib/mysql' : '/var/mysql', null);
    if (name === 'services.postgresql.dataDir') return postgresql(read);
    const [users, set, user, option, ...more] = path;
    if (users === 'users' && set === 'users' && user !== undefined && option !== undefined && more.length === 0)
      return userDefault(read, user, option);
    return null;
  };
}

function below(read: Read, [option, rest]: readonly [string, string]): Value | null {
  const value = read(option.split('.'));
  return value.type === 'string' ? string(`${value.value}${rest}`, value.location) : null;
}

/** `system.stateVersion` as a number (25.11); that of today where it is not set. */
function release(read: Read): number {
  const value = read(['system', 'stateVersion']);
  return value.type === 'string' && /^\d+\.\d+$/.test(value.value) ? Number(value.value) : Infinity;
}

function postgresql(read: Read): Value | null {
  const since = release(read);
  const version = POSTGRESQL.find(([from]) => since >= from)?.[1];
  // A package that is set is of a version that can't be told.
  if (!Number.isFinite(since) || version === undefined || read(['services', 'postgresql', 'package']).type !== 'unknown') return null;
  return string(`/var/lib/postgresql/${version}`, null);
}

/** nixpkgs users-groups.nix: normal users have a home in /home, system users none. */
function userDefault(read: Read, user: string, option: string): Value | null {
  if (option === 'name') return string(user, null);
  if (option === 'group') return read(['users', 'users', user, 'isNormalUser']).type === 'bool' ? string('users', null) : null;
  if (option !== 'home') return null;
  if (user === 'root') return string('/root', null);
  const normal = read(['users', 'users', user, 'isNormalUser']);
  return normal.type === 'bool' && normal.value ? string(`/home/${user}`, null) : null;
}

/** Values of home-manager options that nobody sets: who the user is, and the XDG base directories below the home (home-manager xdg.nix). */
export function homeDefaults(user: string | null, home: string | null): DefaultOf {
  const known = new Map<string, string>();
  if (user !== null) known.set('home.username', user);
  if (home !== null) {
    known.set('home.homeDirectory', home);
    for (const [name, below] of XDG) known.set(name, `${home}/${below}`);
  }
  const sets = setsAbove([...known.keys()]);
  return (path) => {
    if (path.at(-1) === '*') return sets.has(path.join('.')) ? NULL : null;
    const value = known.get(path.join('.'));
    return value === undefined ? null : string(value, null);
  };
}

const XDG = [
  ['xdg.cacheHome', '.cache'],
  ['xdg.configHome', '.config'],
  ['xdg.dataHome', '.local/share'],
  ['xdg.stateHome', '.local/state'],
  ['xdg.binHome', '.local/bin'],
  ['xdg.userDirs.desktop', 'Desktop'],
  ['xdg.userDirs.documents', 'Documents'],
  ['xdg.userDirs.download', 'Downloads'],
  ['xdg.userDirs.music', 'Music'],
  ['xdg.userDirs.pictures', 'Pictures'],
  ['xdg.userDirs.publicShare', 'Public'],
  ['xdg.userDirs.templates', 'Templates'],
  ['xdg.userDirs.videos', 'Videos'],
  ['programs.gpg.homedir', '.gnupg'],
  ['programs.zsh.history.path', '.zsh_history'],
] as const;
