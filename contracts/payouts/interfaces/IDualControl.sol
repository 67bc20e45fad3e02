// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IDualControl
/// @author Lucid
/// @notice What takes effect only with the signatures of two people: one who plans, and one who approves.
/// @dev Signatures are EIP-712, 65 bytes, with s in the lower half of its range. The domain is { the contract's name,
/// "1", `block.chainid`, the contract }. A signature counts while its signer holds the role, at the time of the call; who
/// sends the call makes no difference.
interface IDualControl {
    /// @notice A signature is well-formed, but not by a holder of the role.
    /// @param role The role that the signer needs.
    /// @param signer Who signed: another account than expected where something else was signed.
    error WrongSigner(bytes32 role, address signer);

    /// @notice A signer who holds both roles could act alone, so neither of its signatures counts.
    /// @param signer Who signed.
    error SignerHasBothRoles(address signer);

    /// @notice Signs first, for what was planned.
    /// @return The role's id.
    function PLANNER_ROLE() external view returns (bytes32);

    /// @notice Signs second, for having checked the plan.
    /// @return The role's id.
    function APPROVER_ROLE() external view returns (bytes32);
}
