import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { AbiCoder, type Contract, ContractFactory, type Signer, ZeroAddress, ZeroHash } from "ethers";
import type { ILucidAnchors } from "../../../typechain-types/LucidAnchors.ts";

const require = createRequire(import.meta.url);
const EAS_PACKAGE = "@ethereum-attestation-service/eas-contracts";
const SESSION_TYPES = ["bytes32", "bytes32", "uint64", "address", "bytes32", "uint32"];
const SESSION_SCHEMA =
  "bytes32 sessionId,bytes32 manifestHash,uint64 startedAt,address owner,bytes32 merkleRoot,uint32 chunkCount";

/** EAS as its package ships it compiled, with a schema of a session's six fields. */
export interface Eas {
  readonly contract: Contract;
  readonly schema: string;
  /** Of the npm package. */
  readonly version: string;
}

async function deployShipped(name: string, signer: Signer, args: unknown[]): Promise<Contract> {
  const path = require.resolve(`${EAS_PACKAGE}/artifacts/contracts/${name}.sol/${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(path, "utf8"));
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  return (await contract.waitForDeployment()) as Contract;
}

/** Deploys SchemaRegistry and EAS and registers the schema. */
export async function deployEas(signer: Signer): Promise<Eas> {
  const registry = await deployShipped("SchemaRegistry", signer, []);
  const contract = await deployShipped("EAS", signer, [await registry.getAddress()]);
  const register = registry.getFunction("register");
  const schema = await register.staticCall(SESSION_SCHEMA, ZeroAddress, false);
  await (await register(SESSION_SCHEMA, ZeroAddress, false)).wait();
  const { version } = JSON.parse(readFileSync(require.resolve(`${EAS_PACKAGE}/package.json`), "utf8"));
  return { contract, schema, version };
}

/** A session as the data of an attestation. */
export function attestationOf(session: ILucidAnchors.SessionStruct) {
  return {
    recipient: session.owner,
    expirationTime: 0n,
    revocable: false,
    refUID: ZeroHash,
    data: AbiCoder.defaultAbiCoder().encode(SESSION_TYPES, [
      session.sessionId,
      session.manifestHash,
      session.startedAt,
      session.owner,
      session.merkleRoot,
      session.chunkCount,
    ]),
    value: 0n,
  };
}
