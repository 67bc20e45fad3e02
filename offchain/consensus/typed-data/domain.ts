/** Which PoOT a message belongs to. */
export interface PootDomain {
  readonly chainId: number;
  /** Address of LucidAnchors on that chain. */
  readonly anchors: string;
}

export const DOMAIN_NAME = "Lucid PoOT";
export const DOMAIN_VERSION = "1";

/** The domain as wallets and ethers take it. */
export function walletDomain({ chainId, anchors }: PootDomain) {
  return { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId, verifyingContract: anchors };
}
