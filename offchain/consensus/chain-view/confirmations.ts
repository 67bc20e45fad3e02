import { StoreError } from "../../store/errors.ts";
import type { DeploymentParameters } from "../../store/repositories/deployment-parameters.ts";
import { ConsensusError, type DeploymentIdentity } from "../errors.ts";

/**
 * Fixes a deployment's confirmations in the store, or finds them fixed: nodes with different ones would know head blocks
 * at different times, and take different blocks for final. Whoever comes first decides, and a store takes one deployment.
 *
 * @param confirmations k, from 1 (LUCID_CONFIRMATIONS)
 * @throws {ConsensusError} CONFIRMATIONS_DIFFER, STORE_DEPLOYMENT_DIFFERS
 */
export async function fixConfirmations(
  parameters: DeploymentParameters,
  deployment: DeploymentIdentity,
  confirmations: number,
): Promise<void> {
  const wanted = { ...deployment, anchors: deployment.anchors.toLowerCase(), confirmations };
  await requireWanted(parameters, wanted);
  try {
    await parameters.insert(wanted);
  } catch (error) {
    // Another node came first, just now.
    if (error instanceof StoreError && error.code === "STORE_CONFLICT")
      await requireWanted(parameters, wanted);
    throw error;
  }
}

async function requireWanted(
  parameters: DeploymentParameters,
  { confirmations, ...connected }: DeploymentIdentity & { readonly confirmations: number },
): Promise<void> {
  const { documents } = await parameters.allById();
  for (const { chainId, genesisHash, anchors, confirmations: kept } of documents) {
    const known = { chainId, genesisHash, anchors };
    if (
      chainId !== connected.chainId ||
      genesisHash !== connected.genesisHash ||
      anchors !== connected.anchors
    ) {
      throw new ConsensusError({ code: "STORE_DEPLOYMENT_DIFFERS", kept: known, connected });
    }
    if (kept !== confirmations) {
      throw new ConsensusError({ code: "CONFIRMATIONS_DIFFER", anchors, kept, configured: confirmations });
    }
  }
}
