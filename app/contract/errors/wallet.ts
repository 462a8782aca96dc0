import type { ErrorRow } from './row.ts';

const ANOTHER_FILE =
  'Choose a key file as the Solana command line or the official node writes it (nosana_key.json).';

/** Codes of the wallet room. They never hold anything of a key or a passphrase. */
export const walletErrors = {
  'wallet.no-vault': {
    retry: 'owner',
    message: 'This host has no keys yet.',
    remedy:
      'Set a passphrase for them in Settings, Network, or run "offpeak keys create"; "offpeak keys import FILE" takes a key you already have.',
  },
  'wallet.vault-exists': {
    retry: 'never',
    message: 'This host has keys already.',
    remedy: 'Unlock them with their passphrase; nothing was changed.',
  },
  'wallet.vault-damaged': {
    retry: 'owner',
    message: 'The file that holds your keys is damaged.',
    remedy: 'Put back a copy of it from your backup. Offpeak does not change the damaged file.',
  },
  'wallet.locked': {
    retry: 'owner',
    message: 'Your keys are locked.',
    remedy: 'Unlock them with your passphrase in Settings, Network.',
  },
  'wallet.unknown-address': {
    retry: 'never',
    message: 'This host has no key for this address.',
    remedy: 'See "offpeak keys list" for the addresses that it has.',
  },
  'wallet.wrong-passphrase': {
    retry: 'owner',
    message: 'This is not the passphrase.',
    remedy: 'Try again. Nobody can restore a forgotten passphrase.',
  },
  'wallet.weak-passphrase': {
    retry: 'owner',
    message: 'This passphrase is too short: it needs at least 12 characters.',
    remedy: 'Take a sentence of several words that only you would write.',
  },
  'wallet.no-passphrase': {
    retry: 'owner',
    message: 'The passphrase of your keys is needed, and nobody is here to be asked.',
    remedy:
      'Name a file that holds it in OFFPEAK_PASSPHRASE_FILE, readable by you alone, or run the command in a terminal.',
  },
  'wallet.passphrases-differ': {
    retry: 'owner',
    message: 'You typed two different passphrases.',
    remedy: 'Run the command again; nothing was changed.',
  },
  'wallet.passphrase-file-unreadable': {
    retry: 'owner',
    message: 'The file that OFFPEAK_PASSPHRASE_FILE names cannot be read.',
    remedy: 'Check its path, and that it is a text file with the passphrase in its first line.',
  },
  'wallet.passphrase-file-open': {
    retry: 'owner',
    message: 'Others on this computer can read the file that OFFPEAK_PASSPHRASE_FILE names.',
    remedy: 'Make it yours alone with "chmod 600" and start again.',
  },
  'wallet.key-file-unreadable': {
    retry: 'owner',
    message: 'This key file cannot be read.',
    remedy: 'Check the path, and that you may read the file.',
  },
  'wallet.key-file-unknown': {
    retry: 'owner',
    message: 'This is not a key file: it holds neither a list of 64 numbers nor a base58 text.',
    remedy: ANOTHER_FILE,
  },
  'wallet.key-file-length': {
    retry: 'owner',
    message: 'The key in this file does not have 64 bytes.',
    remedy: ANOTHER_FILE,
  },
  'wallet.key-file-address': {
    retry: 'owner',
    message: 'This file holds 32 bytes: an address or half a key, not a key that can sign.',
    remedy: ANOTHER_FILE,
  },
  'wallet.key-file-mismatch': {
    retry: 'owner',
    message: 'The two halves of the key in this file do not belong together.',
    remedy: 'The file was changed or cut off: take a copy of it from your backup.',
  },
  'wallet.practice-key': {
    retry: 'never',
    message: 'This is a key of the practice network. It is worthless and must stay there.',
    remedy: 'Create a key of its own for the real network with "offpeak keys create".',
  },
  'wallet.card-taken': {
    retry: 'owner',
    message: 'Another address works with this card already.',
    remedy: 'Give that address no card first: "offpeak keys assign ADDRESS none".',
  },
} as const satisfies Record<`wallet.${string}`, ErrorRow>;
