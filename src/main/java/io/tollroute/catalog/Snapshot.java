package io.tollroute.catalog;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The outside of a folder's files, equal to another as long as nothing was written. */
record Snapshot(SortedMap<Path, Snapshot.Outside> files) {

  /**
   * @param real where the path leads; a Kubernetes ConfigMap changes only that
   * @param inode of the file system, or whatever it has instead; most editors write a new file
   * @param size in bytes
   */
  record Outside(Path real, Optional<Object> inode, FileTime modified, long size) {}

  Snapshot {
    files = new TreeMap<>(files);
  }
}
