import { configVariable } from "hardhat/config";
import type { ResolvedConfigurationVariable } from "hardhat/types/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { taskDefinitions } from "./index.ts";
import { KEY_NAMES, type KeyName } from "./key-names.ts";

/**
 * Adds Lucid's tasks to Hardhat, and its keys as configuration variables: from the environment, else from
 * Hardhat's keystore, read only when a task needs one.
 */
const lucidPlugin: HardhatPlugin = {
  id: "lucid",
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
          const config = await next(userConfig, resolveConfigurationVariable);
          const keys = Object.fromEntries(
            KEY_NAMES.map((name) => [
              name,
              // With a default, the keystore asks for its password only where it has the key.
              resolveConfigurationVariable(configVariable(name, { default: "" })),
            ]),
          ) as Record<KeyName, ResolvedConfigurationVariable>;
          return { ...config, lucid: { keys } };
        },
      }),
    }),
    solidity: async () => ({
      default: async () => ({
        // Hardhat lists artifacts in a different order at each build, and TypeChain keeps that order:
        // sorted, the bindings that are checked in change only when a contract does.
        processArtifactsAfterSuccessfulBuild: async (_context, artifactPaths) => {
          (artifactPaths as string[]).sort();
        },
      }),
    }),
  },
  tasks: taskDefinitions,
};

export default lucidPlugin;
