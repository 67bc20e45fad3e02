// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title TypedData
/// @author Lucid
/// @notice EIP-712 digests for the calling contract.
/// @dev OpenZeppelin's EIP712 imports code that only compiles for Cancun, which TRON has behind a chain parameter.
library TypedData {
    bytes32 private constant DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant VERSION = keccak256("1");

    /// @notice What is signed.
    /// @dev The domain is made anew for each digest: another chain parameter of TRON changes `block.chainid`.
    /// @param nameHash keccak256 of the name in the domain.
    /// @param structHash Hash of the struct, with its type.
    /// @return The digest.
    function digest(bytes32 nameHash, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPE, nameHash, VERSION, block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
