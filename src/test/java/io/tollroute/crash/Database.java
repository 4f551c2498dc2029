package io.tollroute.crash;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** Where the ledger of a crash test is kept. */
interface Database {

  /** Environment variables that name it. */
  Map<String, String> settings();

  /** The product's class that commits to it. */
  String committer();

  /** Its method in which {@code Connection.commit} is called. */
  String commitMethod();

  /** The driver's class that commits. */
  String connection();

  /** Whether other processes must wait for the leases of one that died. */
  boolean leasesOutliveTheirHolder();

  /** Lets as much time pass for the leases as they last. */
  void endLeases() throws SQLException;

  /** The same for a process that died while it looked at a job, which still has its charge. */
  void endLeasesOfJobs() throws SQLException;

  /** State of every charge by its proof's key, as it would be after the process has died. */
  Map<String, String> states() throws IOException, SQLException;

  /** How many uses of a bought token are spent or reserved. */
  long uses(String payment) throws IOException, SQLException;
}
