import { Activity, type ReactNode, useEffect } from 'react';
import { Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { Frame } from './components/frame.tsx';
import { FullMessage } from './components/full-message.tsx';
import { ScreenTitle } from './components/screen-title.tsx';
import { HostProvider } from './host/host-context.tsx';
import { useConnection } from './host/use-connection.ts';
import { t } from './locales/text.ts';
import { CardsScreen } from './screens/cards.tsx';
import { DoctorScreen } from './screens/doctor.tsx';
import { HomeScreen } from './screens/home.tsx';
import { JobScreen } from './screens/job.tsx';
import { JobsScreen } from './screens/jobs.tsx';
import { SettingsScreen } from './screens/settings.tsx';

/** The whole interface: connects, then shows the screen that the address names. */
export function App(): ReactNode {
  const connection = useConnection();
  useEffect(() => {
    if (connection.stage !== 'connected') return;
    const { client } = connection;
    // A hidden page costs the host nothing: no patches are sent to it.
    const tell = () => client.setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [connection]);

  switch (connection.stage) {
    case 'connecting':
      return <FullMessage title={t('app.connecting')} patient />;
    case 'refused':
      return <FullMessage title={t('app.not-allowed')} help={t('app.not-allowed.help')} />;
    case 'lost':
      return <FullMessage title={t('app.lost')} help={t('app.lost.help')} />;
    case 'connected':
      return (
        <HostProvider client={connection.client} initial={connection.initial}>
          <Router hook={useHashLocation}>
            <Frame>
              <Screens />
            </Frame>
          </Router>
        </HostProvider>
      );
  }
}

function Screens(): ReactNode {
  return (
    <Switch>
      <Route path="/jobs/:run?">{({ run }) => <ListAndJob run={run} />}</Route>
      <Route path="/cards">
        <ScreenTitle screen={t('cards.title')} />
        <CardsScreen />
      </Route>
      <Route path="/doctor">
        <ScreenTitle screen={t('doctor.title')} />
        <DoctorScreen />
      </Route>
      <Route path="/settings">
        <ScreenTitle screen={t('settings.title')} />
        <SettingsScreen />
      </Route>
      <Route>
        <ScreenTitle screen={t('home.title')} />
        <HomeScreen />
      </Route>
    </Switch>
  );
}

// The list keeps its place, filter and search behind the job that was opened from it.
function ListAndJob(props: { run: string | undefined }): ReactNode {
  const { run } = props;
  return (
    <>
      <Activity mode={run === undefined ? 'visible' : 'hidden'}>
        <JobsScreen />
      </Activity>
      {run === undefined ? (
        <ScreenTitle screen={t('jobs.title')} />
      ) : (
        <JobScreen key={run} run={run} />
      )}
    </>
  );
}
