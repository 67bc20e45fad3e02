// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ILucidAnchors
/// @author Lucid
/// @notice Commits session manifests: what was recorded, by whom, and that it existed no later than its block.
/// @dev One storage slot a session. The slot holds a hash, the event carries the data, and whoever verifies brings
/// the session along.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **Holders of REGISTRAR_ROLE** decide what is registered. A dishonest one can take a session id that belongs to
///   somebody else (squatting), or leave a session out. It can neither change nor remove what stands. Readers
///   therefore ask for the owner's signature over the session, which is kept off chain: a session that stands
///   without a valid one proves nothing.
/// - **The admin** (DEFAULT_ADMIN_ROLE) grants and revokes roles and pauses. A dishonest one can stop new entries, or
///   let a dishonest registrar in. It can not rewrite history: no function changes a slot that is in use.
/// - **keccak256** binds a session to its slot and a tree to its root. With collisions, one slot would verify two
///   sessions.
/// - **The sessionCount of a tree** is what its registrar says. It is not derived from the root, so nothing may be
///   paid or decided by it alone.
interface ILucidAnchors {
    /// @notice What is committed of a session. `abi.encode` of it is 192 bytes, in this order.
    /// @param sessionId The session's UUID, left-aligned.
    /// @param manifestHash keccak256 of the canonical manifest.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param owner Who vouches for the session with an EIP-712 signature.
    /// @param merkleRoot Root over the session's chunk leaves.
    /// @param chunkCount How many chunks the session has; a chunk's idx lies below it.
    // Never in storage: the order is that of the commitment, and packing would gain nothing.
    // solhint-disable-next-line gas-struct-packing
    struct Session {
        bytes32 sessionId;
        bytes32 manifestHash;
        uint64 startedAt;
        address owner;
        bytes32 merkleRoot;
        uint32 chunkCount;
    }

    /// @notice A session got its own slot.
    /// @param sessionId The session.
    /// @param owner Who vouches for it.
    /// @param manifestHash keccak256 of its canonical manifest.
    /// @param merkleRoot Root over its chunk leaves.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param chunkCount How many chunks it has.
    event SessionRegistered(
        bytes32 indexed sessionId,
        address indexed owner,
        bytes32 manifestHash,
        bytes32 merkleRoot,
        uint64 startedAt,
        uint32 chunkCount
    );

    /// @notice A batch offered another content for a session that stands already; the standing one was kept.
    /// @param sessionId The session.
    /// @param standing The commitment in the slot.
    /// @param offered The commitment that was refused.
    event SessionConflict(bytes32 indexed sessionId, bytes32 standing, bytes32 offered);

    /// @notice A tree of sessions was registered under its root.
    /// @param root Root over the sessions' leaves.
    /// @param sessionCount How many sessions its registrar says it holds.
    event SessionTreeRegistered(bytes32 indexed root, uint32 sessionCount);

    /// @notice The contract would have no admin.
    error ZeroAdmin();

    /// @notice The session could never be verified: its id, manifest hash, owner, root or chunk count is zero.
    /// @param sessionId The session, as offered.
    error InvalidSession(bytes32 sessionId);

    /// @notice Another content stands under this id already.
    /// @param sessionId The session.
    /// @param standing The commitment in the slot.
    /// @param offered The commitment that was refused.
    error SessionAlreadyCommitted(bytes32 sessionId, bytes32 standing, bytes32 offered);

    /// @notice A batch without sessions.
    error EmptyBatch();

    /// @notice More sessions than a transaction may carry.
    /// @param length How many were offered.
    /// @param maximum How many may be.
    error BatchTooLarge(uint256 length, uint256 maximum);

    /// @notice The tree has no root, no session, or more sessions than a tree may have.
    /// @param root The root, as offered.
    /// @param sessionCount The count, as offered.
    error InvalidTree(bytes32 root, uint32 sessionCount);

    /// @notice The root stands already, with another count.
    /// @param root The root.
    /// @param standing The count that stands.
    /// @param offered The count that was refused.
    error TreeAlreadyRegistered(bytes32 root, uint32 standing, uint32 offered);

    /// @notice No tree stands under this root.
    /// @param root The root.
    error TreeNotRegistered(bytes32 root);

    /// @notice The proof does not lead from the session to the root.
    /// @param root The root.
    /// @param sessionId The session.
    error SessionNotInTree(bytes32 root, bytes32 sessionId);

    /// @notice Commits one session. Offered again unchanged it does nothing, so that a sender may repeat itself.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {SessionAlreadyCommitted} where another content stands, and with
    /// {InvalidSession}. The parameters are the fields of {Session}.
    /// @param sessionId The session's UUID, left-aligned.
    /// @param manifestHash keccak256 of the canonical manifest.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param owner Who vouches for the session.
    /// @param merkleRoot Root over the session's chunk leaves.
    /// @param chunkCount How many chunks the session has.
    function registerSession(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) external;

    /// @notice Commits up to 500 sessions. What stands already is skipped; a conflict is an event, and the rest
    /// goes on: one squatted id must not hold up everybody else's sessions.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {EmptyBatch}, {BatchTooLarge} and {InvalidSession}.
    /// @param sessions The sessions, in the order in which they are to be committed.
    /// @return registered How many were committed by this call.
    function registerSessions(Session[] calldata sessions) external returns (uint256 registered);

    /// @notice Commits up to 2^20 sessions by the root of a tree over them. The same root and count again do nothing.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {InvalidTree} and {TreeAlreadyRegistered}.
    /// @param root Root over the sessions' leaves.
    /// @param sessionCount How many sessions the tree holds.
    function registerSessionTree(bytes32 root, uint32 sessionCount) external;

    /// @notice Gives a session of a tree its own slot and event. Open to anyone: the root vouches for it.
    /// Promoted again it does nothing.
    /// @dev Reverts with {TreeNotRegistered}, {SessionNotInTree}, {InvalidSession} and {SessionAlreadyCommitted}.
    /// @param root Root of a registered tree.
    /// @param session The session.
    /// @param proof Merkle proof from the session's leaf to the root.
    function promoteSession(bytes32 root, Session calldata session, bytes32[] calldata proof) external;

    /// @notice Stops new entries; what stands stays readable. Needs DEFAULT_ADMIN_ROLE.
    function pause() external;

    /// @notice Lets new entries in again. Needs DEFAULT_ADMIN_ROLE.
    function unpause() external;

    /// @notice Whether a session stands in its own slot.
    /// @param sessionId The session.
    /// @return Whether there is a commitment under this id.
    function isRegistered(bytes32 sessionId) external view returns (bool);

    /// @notice What stands in a session's slot.
    /// @param sessionId The session.
    /// @return The commitment, `keccak256(abi.encode(session))`; zero where none stands.
    function commitmentOf(bytes32 sessionId) external view returns (bytes32);

    /// @notice How many sessions a tree was registered with.
    /// @param root The tree's root.
    /// @return The count that its registrar gave; zero where no tree stands under this root.
    function treeSessionCount(bytes32 root) external view returns (uint32);

    /// @notice Whether exactly this session stands in its own slot.
    /// @param session The session.
    /// @return Whether each of its fields is as committed.
    function verifySession(Session calldata session) external view returns (bool);

    /// @notice Whether exactly this session is part of a registered tree.
    /// @param root The tree's root.
    /// @param session The session.
    /// @param proof Merkle proof from the session's leaf to the root.
    /// @return Whether the tree stands and the proof leads to its root.
    function verifySessionInTree(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external view returns (bool);
}
