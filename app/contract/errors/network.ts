import type { ErrorRow } from './row.ts';

const CHECK_CONNECTION =
  'Nothing to do: Offpeak tries again. If it lasts, check your connection or set another RPC address in Settings, Network.';

/** Codes of the network room. */
export const networkErrors = {
  'network.not-connected': {
    retry: 'auto',
    message: 'Offpeak is not connected to the network yet.',
    remedy: 'Wait for the connection, or see Doctor for what is in the way.',
  },
  'network.rpc-unreachable': {
    retry: 'auto',
    message: 'The Solana RPC server does not answer.',
    remedy: CHECK_CONNECTION,
  },
  'network.rpc-rate-limited': {
    retry: 'auto',
    message: 'The Solana RPC server says that there are too many requests.',
    remedy:
      'Nothing to do: Offpeak waits and tries again. A private RPC address in Settings, Network, helps.',
  },
  'network.rpc-timed-out': {
    retry: 'auto',
    message: 'The Solana RPC server took too long to answer.',
    remedy: CHECK_CONNECTION,
  },
  'network.rpc-refused': {
    retry: 'auto',
    message: 'The Solana RPC server refused the request.',
    remedy: 'Set another RPC address in Settings, Network, if this lasts.',
  },
  'network.not-mainnet': {
    retry: 'owner',
    message: 'This RPC address is not Solana mainnet.',
    remedy: 'Set the RPC address of a mainnet server in Settings, Network. Nothing was signed.',
  },
  'network.not-practice': {
    retry: 'owner',
    message: 'This RPC address is not a practice chain.',
    remedy: 'Start the practice network from Offpeak itself. Nothing was signed.',
  },
  'network.other-chain': {
    retry: 'owner',
    message: 'This RPC server is on another chain than the others.',
    remedy: 'Remove its address in Settings, Network. It was asked nothing else.',
  },
  'network.account-malformed': {
    retry: 'never',
    message: 'An account of the network cannot be read.',
    remedy: 'Update Offpeak: the network may have changed its format.',
  },
  'network.market-missing': {
    retry: 'owner',
    message: 'The market does not exist on this network.',
    remedy: 'Choose another market in Settings, Network.',
  },
  'network.bad-address': {
    retry: 'owner',
    message: 'This is not an address of the network.',
    remedy: 'Check it for missing or mistyped letters.',
  },
  'network.bad-cid': {
    retry: 'never',
    message: 'This is not the identifier of an IPFS document.',
    remedy: 'Only documents with a CIDv0 ("Qm…", 46 letters) can be used.',
  },
  'network.content-unreachable': {
    retry: 'auto',
    message: 'No IPFS gateway has the document.',
    remedy: 'Nothing to do: Offpeak tries again. Another gateway can be set in Settings, Network.',
  },
  'network.content-mismatch': {
    retry: 'auto',
    message: 'An IPFS gateway sent a document that is not the one asked for.',
    remedy: 'Remove this gateway in Settings, Network, if this lasts.',
  },
  'network.content-too-large': {
    retry: 'never',
    message: 'The document is larger than Offpeak accepts.',
    remedy: 'Nothing to do: such a job is declined.',
  },
  'network.document-not-json': {
    retry: 'never',
    message: 'Only JSON documents in their shortest form can be stored.',
    remedy: 'Please report it with the log file.',
  },
  'network.pin-missing': {
    retry: 'owner',
    message: 'No service is set that stores the results of jobs on IPFS.',
    remedy:
      'Without one no job can be finished. Enter a pinning service and its token in Settings, Network.',
  },
  'network.not-acknowledged': {
    retry: 'owner',
    message: 'Mainnet stays off until you have read what is and is not known about it.',
    remedy: 'Read it in Settings, Network, and tick that you did. Nothing was changed.',
  },
  'network.pin-failed': {
    retry: 'auto',
    message: 'The document could not be stored on IPFS.',
    remedy: 'Check the pinning address and its token in Settings, Network.',
  },
  'network.pin-mismatch': {
    retry: 'owner',
    message: 'The pinning service stored something else than the document it was given.',
    remedy: 'Set another pinning service in Settings, Network.',
  },
  'network.settlement-unknown': {
    retry: 'never',
    message: 'This settlement does not fit the run.',
    remedy: 'Please report it with the log file.',
  },
  'network.transaction-rejected': {
    retry: 'never',
    message: 'The network rejected the transaction.',
    remedy: 'See the log for the reason the network gave. Nothing was paid for it.',
  },
  'network.transaction-expired': {
    retry: 'auto',
    message: 'The network did not take the transaction in time.',
    remedy: 'Nothing to do: Offpeak tries again. Nothing was paid for it.',
  },
  'network.transaction-pending': {
    retry: 'auto',
    message: 'It is not known yet whether the network took the transaction.',
    remedy: 'Nothing to do: Offpeak asks again, and sends nothing twice.',
  },
  'network.no-sol': {
    retry: 'owner',
    message: 'There is not enough SOL for transaction fees and account rent.',
    remedy: 'Send about 0.02 SOL to the address of this host.',
  },
  'network.fee-cap': {
    retry: 'owner',
    message: 'The fee of this transaction is above the limit that you set.',
    remedy: 'Raise the limit for fees in Settings, Network. Nothing was sent.',
  },
  'network.no-stake': {
    retry: 'owner',
    message: 'This host has no stake account, which the market asks for.',
    remedy: 'Create a stake for this address on the Nosana site; 0 NOS is enough for most markets.',
  },
  'network.stake-too-low': {
    retry: 'owner',
    message: 'The stake of this host is below what the market asks for.',
    remedy: 'Add NOS to the stake of this address, or choose another market.',
  },
  'network.no-access-key': {
    retry: 'owner',
    message: 'This host holds no access key of the market.',
    remedy: 'Register this host with the market first, or choose a market without access key.',
  },
  'network.queue-full': {
    retry: 'auto',
    message: 'The queue of the market is full.',
    remedy: 'Nothing to do: Offpeak tries again. Another market may have room.',
  },
  'network.job-changed': {
    retry: 'never',
    message: 'The job is no longer in the state that this step needs.',
    remedy: 'Nothing to do: Offpeak reads the job again and goes on from there.',
  },
} as const satisfies Record<`network.${string}`, ErrorRow>;
