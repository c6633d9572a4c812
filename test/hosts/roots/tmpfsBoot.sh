# Sourced by the machine's first program (zfs/guest/init) once a test has set up this root.
mount -t tmpfs -o mode=755,size=200M none /sysroot
