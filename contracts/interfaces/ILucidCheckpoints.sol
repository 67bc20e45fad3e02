// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ILucidCheckpoints
/// @author Lucid
/// @notice Commits what consensus concluded in an epoch: each attester says, once and for good, which root it computed.
/// @dev An epoch is a UTC day, counted from PoOT's genesis, 2024-01-01. Its root is that of a Merkle tree over what the
/// epoch's slots recorded and what each entity earned in them; every attester computes it by itself. Two things are
/// stored: the root that an attester attested, by epoch and attester, and how many attested a root, by epoch and root.
/// Whoever holds the tree proves a part of it against a root that enough attesters attested.
///
/// The contract has no admin and cannot be paused. Only losing its role on LucidAnchors keeps an attester from attesting,
/// and that leaves an event there. Somebody who could pause could keep the roots of some days off the chain, rewrite the
/// records of those days meanwhile, and unpause. Pausing LucidAnchors does not stop attestations either.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **LucidAnchors** says who holds REGISTRAR_ROLE at the time of the call. Its address is fixed at construction. If it
///   answered yes for strangers, their attestations would count.
/// - **The admin of LucidAnchors** decides who attests. A dishonest one can admit any number of attesters of its own, or
///   expel honest ones before they attest. It can neither change nor remove an attestation, nor attest for somebody else.
/// - **Each attester** is trusted with one attestation for each epoch. A dishonest one can attest a wrong root, or an epoch
///   that has not ended or never will; it cannot take an attestation back, nor attest two roots of one epoch.
/// - **The count of a root** includes attesters that lost their role later. It says how many attested, not how many of
///   those who were admitted: readers ask LucidAnchors for that, and decide how many are enough.
/// - **keccak256** binds a root to its tree. With collisions, one root would prove two accounts of an epoch.
interface ILucidCheckpoints {
    /// @notice An attester attested the root of an epoch. At most once for each epoch and attester.
    /// @param epoch The epoch.
    /// @param root The root that the attester computed.
    /// @param attester Who sent it, a holder of REGISTRAR_ROLE on LucidAnchors at the time.
    event EpochAttested(uint64 indexed epoch, bytes32 indexed root, address indexed attester);

    /// @notice What is at this address is not LucidAnchors: it does not know the role that attesters need.
    /// @param anchors The address, as given.
    error NotAnchors(address anchors);

    /// @notice Zero is not a root: it stands for "not attested".
    /// @param epoch The epoch.
    error ZeroRoot(uint64 epoch);

    /// @notice The attester attested another root of this epoch before, which counts for good.
    /// @param epoch The epoch.
    /// @param attester Who sent both.
    /// @param attested The root that counts.
    /// @param offered The root, as offered now.
    error AlreadyAttested(uint64 epoch, address attester, bytes32 attested, bytes32 offered);

    /// @notice Attests the root of an epoch. The same root again does nothing, so a sender may repeat itself; another
    /// one is refused.
    /// @dev Needs REGISTRAR_ROLE on LucidAnchors; without it, reverts with AccessControl's
    /// `AccessControlUnauthorizedAccount`, although the role is not one of this contract. Reverts with {ZeroRoot} and
    /// {AlreadyAttested}. The contract knows no clock: an epoch that has not ended is taken like any other.
    /// @param epoch The epoch.
    /// @param root The root that the sender computed.
    function attestEpoch(uint64 epoch, bytes32 root) external;

    /// @notice What an attester attested.
    /// @param epoch The epoch.
    /// @param attester The attester, whether it still has its role or not.
    /// @return The root; zero where it attested none.
    function attestationOf(uint64 epoch, address attester) external view returns (bytes32);

    /// @notice How many attested a root.
    /// @param epoch The epoch.
    /// @param root The root.
    /// @return The number of attesters, whether they still have their role or not.
    function attestationCount(uint64 epoch, bytes32 root) external view returns (uint32);
}
