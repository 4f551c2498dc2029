package io.tollroute.catalog;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.SortedMap;
import java.util.TreeMap;

/** The outside of a folder's files, equal to another as long as nothing was written. */
record Snapshot(SortedMap<Path, Snapshot.Outside> files) {

  /**
   * @param real where the path leads; a Kubernetes ConfigMap changes only that
   * @param size in bytes
   */
  record Outside(Path real, FileTime modified, long size) {}

  Snapshot {
    files = new TreeMap<>(files);
  }
}
