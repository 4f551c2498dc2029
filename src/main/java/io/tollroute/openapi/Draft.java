package io.tollroute.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * A service file as it will be written.
 *
 * @param id of the service
 * @param operation what it is in the document, for whoever reads the report
 * @param file its content
 * @param variables the environment variables that it needs
 */
record Draft(String id, String operation, ObjectNode file, Set<String> variables) {}
