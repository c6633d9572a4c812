{
  # / is a new subvolume at every boot; the last one stays as a read-only snapshot for the day something was forgotten.
  boot.initrd.systemd.services.replace-root = {
    description = "Replace the root subvolume";
    wantedBy = [ "initrd.target" ];
    requires = [ "dev-mapper-anvil.device" ];
    after = [
      "dev-mapper-anvil.device"
      "local-fs-pre.target"
    ];
    before = [ "sysroot.mount" ];
    unitConfig.DefaultDependencies = "no";
    serviceConfig.Type = "oneshot";
    script = ''
      mkdir -p /bcachefs
      mount -t bcachefs /dev/mapper/anvil /bcachefs

      if [ -e /bcachefs/root ]; then
        if [ -e /bcachefs/last-root ]; then
          bcachefs subvolume delete /bcachefs/last-root
        fi
        bcachefs subvolume snapshot -r /bcachefs/root /bcachefs/last-root
        bcachefs subvolume delete /bcachefs/root
      fi
      bcachefs subvolume create /bcachefs/root

      umount /bcachefs
    '';
  };
}
