import type { DeploymentParametersDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { deploymentParameters } from "../schema/index.ts";
import { Repository } from "./repository.ts";

/** A deployment of the contracts, by what tells it from every other on any chain. */
export type DeploymentKey = Pick<DeploymentParametersDocument, "chainId" | "anchors">;

export class DeploymentParameters extends Repository<typeof deploymentParameters> {
  /** The id follows from chain and contract; other parameters for the same deployment are a conflict. */
  insert(parameters: Omit<DeploymentParametersDocument, "_id">): Promise<Inserted> {
    return this.insertOnce([{ ...parameters, _id: deploymentId(parameters) }]);
  }

  get(deployment: DeploymentKey): Promise<DeploymentParametersDocument | undefined> {
    return this.find({ _id: deploymentId(deployment) });
  }
}

const deploymentId = ({ chainId, anchors }: DeploymentKey) => `${chainId}:${anchors}`;
