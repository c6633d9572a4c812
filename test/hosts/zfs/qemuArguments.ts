import { join } from 'node:path';

/** `memory` resumes the frozen machine, `disk` boots it. */
export type Start = 'memory' | 'disk';

/**
 * The machine as QEMU is told to emulate it. Frozen memory fits only the machine that it was frozen on, so this file is part of
 * what the cache of built machines is keyed by. The memory image is read from the file in `KEEPSAKE_FROZEN_MEMORY`.
 * KVM is not used even where /dev/kvm opens: nested sandboxes have one that does not run stock kernels. cx16 is off because QEMU 7.2
 * emulates the flags of cmpxchg16b wrongly, which corrupts the memory of kernel 6.12.
 */
export function qemuArguments(directory: string, runDirectory: string, port: number, from: Start): string[] {
  // QEMU separates options by commas and takes a doubled one as part of the value.
  const file = (name: string): string => join(runDirectory, name).replaceAll(',', ',,');
  const options: readonly (readonly string[])[] = [
    ['-accel', 'tcg,thread=multi,tb-size=256', '-cpu', 'max,-cx16', '-smp', '2', '-m', '512', '-nographic', '-nodefaults'],
    ['-kernel', join(directory, 'vmlinuz'), '-initrd', join(directory, 'initrd')],
    ['-append', `console=ttyS0 quiet panic=-1 mitigations=off vmdate=${Math.floor(Date.now() / 1000)}`],
    ['-drive', `file=${file('disk.qcow2')},format=qcow2,if=virtio,cache=unsafe,discard=unmap`],
    ['-netdev', `user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net-pci,netdev=n0,romfile='],
    ['-serial', `file:${file('console.log')}`, '-qmp', `unix:${file('qmp')},server=on,wait=off`],
    from === 'memory' ? ['-incoming', 'exec:zstd -dc "$KEEPSAKE_FROZEN_MEMORY"'] : [],
  ];
  return options.flat();
}
