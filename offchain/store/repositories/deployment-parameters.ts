import type { DeploymentParametersDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { deploymentParameters } from "../schema/index.ts";
import { Repository } from "./repository.ts";

export class DeploymentParameters extends Repository<typeof deploymentParameters> {
  /** The id follows from chain and contract; other parameters for the same deployment are a conflict. */
  insert(parameters: Omit<DeploymentParametersDocument, "_id">): Promise<Inserted> {
    return this.insertOnce([{ ...parameters, _id: `${parameters.chainId}:${parameters.anchors}` }]);
  }
}
