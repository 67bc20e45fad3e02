import type { DeploymentParametersDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { deploymentParameters } from "../schema/index.ts";
import { Repository } from "./repository.ts";

/** One id for all: the collection holds one document, so of two nodes that come first at once only one succeeds. */
const ONLY_ID = "deployment";

export class DeploymentParameters extends Repository<typeof deploymentParameters> {
  /** Other parameters, also those of another deployment, are a conflict. */
  insert(parameters: Omit<DeploymentParametersDocument, "_id">): Promise<Inserted> {
    return this.insertOnce([{ ...parameters, _id: ONLY_ID }]);
  }
}
