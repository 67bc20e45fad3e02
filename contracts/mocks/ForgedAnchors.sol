// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../interfaces/ILucidAnchors.sol";

/// @title ForgedAnchors
/// @author Lucid
/// @notice A hostile contract that looks like LucidAnchors: it says of every session and every tree that it has been
/// registered since a time of the forger's choice, and emits SessionRegistered with whatever it is given.
/// @dev For tests of clients. Deployed today, it dates any recording back to any year.
contract ForgedAnchors {
    /// @notice What every read answers, in Unix seconds.
    uint64 public immutable TIME;

    /// @notice Fixes the answer.
    /// @param time The time that everything is said to have been registered at, in Unix seconds.
    constructor(uint64 time) {
        TIME = time;
    }

    /// @notice Emits SessionRegistered with the given topics and data, which need not be well-formed.
    /// @param sessionId The event's first indexed word.
    /// @param owner The event's second indexed word, all 32 bytes of it.
    /// @param data The event's data, of any length.
    function emitSessionRegistered(bytes32 sessionId, bytes32 owner, bytes calldata data) external {
        bytes32 kind = ILucidAnchors.SessionRegistered.selector;
        bytes memory copy = data;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            log3(add(copy, 0x20), mload(copy), kind, sessionId, owner)
        }
    }

    /// @notice As in {ILucidAnchors}, but the same time for every commitment.
    /// @return The forged time, in Unix seconds.
    function registeredAt(bytes32) external view returns (uint64) {
        return TIME;
    }

    /// @notice As in {ILucidAnchors}, but the same time for every session.
    /// @return The forged time, in Unix seconds.
    function verifySession(ILucidAnchors.Session calldata) external view returns (uint64) {
        return TIME;
    }

    /// @notice As in {ILucidAnchors}, but the same time for every session, and without a look at the proof.
    /// @return The forged time, in Unix seconds.
    function verifySessionInTree(
        bytes32,
        ILucidAnchors.Session calldata,
        bytes32[] calldata
    ) external view returns (uint64) {
        return TIME;
    }

    /// @notice As in {ILucidAnchors}, but every root is a tree of one session.
    /// @return sessionCount One.
    /// @return time The forged time, in Unix seconds.
    function treeOf(bytes32) external view returns (uint32 sessionCount, uint64 time) {
        return (1, TIME);
    }
}
