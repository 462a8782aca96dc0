import { type ReactNode, useState } from 'react';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextField } from './text-field.tsx';

/** Whom the network's operator may write to: it asks for an address to register a host. */
export function ContactForm(): ReactNode {
  const call = useCall();
  const task = useTask();
  const kept = useHost((state) => state.settings.network.contact);
  const [email, setEmail] = useState(kept?.email ?? '');
  const [discord, setDiscord] = useState(kept?.discord ?? '');
  const [twitter, setTwitter] = useState(kept?.twitter ?? '');
  const [wrong, setWrong] = useState(false);
  const save = () => {
    // More than this only the post knows; the host asks the same and more.
    const isEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
    setWrong(!isEmail);
    if (!isEmail) return;
    const contact = { email: email.trim(), discord: orNone(discord), twitter: orNone(twitter) };
    void task.run(() => call('settings.network', { contact }));
  };
  return (
    <SettingsForm
      title={t('contact.title')}
      about={t('contact.about')}
      task={task}
      button={t('form.save')}
      onSubmit={save}
    >
      <TextField
        label={t('contact.email')}
        type="text"
        keeper="email"
        value={email}
        onChange={setEmail}
        error={wrong ? t('contact.email.wrong') : null}
      />
      <TextField label={t('contact.discord')} value={discord} onChange={setDiscord} />
      <TextField label={t('contact.twitter')} value={twitter} onChange={setTwitter} />
    </SettingsForm>
  );
}

function orNone(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
