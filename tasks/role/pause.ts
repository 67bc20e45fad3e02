import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changePause } from "./change-pause.ts";

export default function pause(args: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return changePause(args, hre, true);
}
