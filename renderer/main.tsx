import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/full-message.css';
import './styles/parts.css';
import './styles/controls.css';
import './styles/table.css';
import './styles/checks.css';
import './styles/proof.css';
import './styles/settings.css';
import './styles/fields.css';
import './styles/network.css';
import './styles/readiness.css';
import './styles/hero.css';
import './styles/today.css';
import './styles/cards.css';
import './styles/charts.css';
import './styles/benchmark.css';
import './styles/power.css';
import './styles/day.css';
import './styles/jobs.css';
import './styles/job.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
