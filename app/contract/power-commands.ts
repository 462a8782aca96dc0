/** A setting that nvidia-smi can change; fans it cannot. */
interface TypedSetting {
  readonly kind: 'cap' | 'clocks';
  /** Watts, or megahertz. */
  readonly value: number;
}

/** What the owner can type instead (NVIDIA, nvidia-smi(1)); it needs administrator's rights. */
export function nvidiaSmiCommand(card: string, { kind, value }: TypedSetting): string {
  return kind === 'cap'
    ? `nvidia-smi -i ${card} -pl ${value}`
    : `nvidia-smi -i ${card} -lgc 0,${value}`;
}
