/** A network of TRON that is known by name. */
export interface TronNetwork {
  /** The low four bytes of the genesis id. */
  readonly chainId: bigint;
  readonly fullHost: string;
  readonly solidityHost: string;
  /** Tether's contract, where there is one. */
  readonly usdt: string | undefined;
  /** Whether others use it too, so that its nodes have peers and a head of the present. */
  readonly isPublic: boolean;
}

const publicNetwork = (chainId: bigint, host: string, usdt?: string): TronNetwork => ({
  ...{ chainId, fullHost: host, solidityHost: host, usdt, isPublic: true },
});

/** By the value of TRON_NETWORK. */
export const TRON_NETWORKS = {
  mainnet: publicNetwork(0x2b6653dcn, "https://api.trongrid.io", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
  shasta: publicNetwork(0x94a9059en, "https://api.shasta.trongrid.io", "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs"),
  nile: publicNetwork(0xcd8690dcn, "https://nile.trongrid.io"),
  /** The local node with its default settings. */
  devnet: {
    chainId: 0x602ce6b5n,
    fullHost: "http://127.0.0.1:8090",
    solidityHost: "http://127.0.0.1:8091",
    usdt: undefined,
    isPublic: false,
  },
} as const satisfies Record<string, TronNetwork>;

/** Whether real money moves there. */
export const isMainnet = (chainId: bigint) => chainId === TRON_NETWORKS.mainnet.chainId;

/** A network by its chain id; undefined where it is a private one. */
export const networkOf = (chainId: bigint): TronNetwork | undefined =>
  Object.values<TronNetwork>(TRON_NETWORKS).find((network) => network.chainId === chainId);
