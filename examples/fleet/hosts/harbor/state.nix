# Just paths, so that the backup job can read the list too.
[
  "/var/lib/forgejo"
  "/var/lib/status"
  "/var/lib/trilium"
]
