import type { PootDomain } from "../../offchain/consensus/typed-data/domain.ts";
import { findContract, identifyChain } from "../../offchain/contracts/deployment.ts";
import type { ChainContext } from "../context.ts";

/** The PoOT that messages are signed for: of the chain and the LucidAnchors at hand. */
export async function readDomain({
  provider,
  settings,
}: Pick<ChainContext, "provider" | "settings">): Promise<PootDomain> {
  const [{ chainId }, { address }] = await Promise.all([
    identifyChain(provider),
    findContract("LucidAnchors", provider, settings),
  ]);
  return { chainId: Number(chainId), anchors: address.toLowerCase() };
}
