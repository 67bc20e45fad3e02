import type { AnchoringErrorDetails } from "../errors.ts";
import type { Disagreement } from "./finding.ts";

/** How a session or a proof disagrees with the chain, with its manifest, or with the store. */
export function anchoringDisagreement(details: AnchoringErrorDetails): Disagreement {
  switch (details.code) {
    case "PROOF_SESSION_DIFFERS":
      return { place: { field: details.field }, expected: details.manifest, found: details.proven };
    case "PROOF_CONTRACT_DIFFERS":
      return { place: { contract: details.proven }, expected: details.known, found: details.proven };
    case "PROOF_TRANSACTION_DIFFERS":
      return { place: { txid: details.transaction, blockNumber: details.blockNumber } };
    case "SESSION_ALTERED":
      return { place: { field: "manifestHash" }, expected: details.signedHash, found: details.manifestHash };
    case "SESSION_NOT_ANCHORED":
    case "TREE_NOT_REGISTERED":
      return { place: { contract: details.contract } };
    default:
      return { place: {} };
  }
}
