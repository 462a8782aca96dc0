import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/**
 * Another screen begins at its top, and the keyboard and the screen reader begin with it. Back in
 * the list of jobs they stand at the job that was looked at.
 */
export function useNewScreen(screen: RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    const left = before.current;
    if (left === location) return;
    before.current = location;
    window.scrollTo(0, 0);
    const wayBack = screen.current?.querySelector<HTMLElement>(`a[href="#${CSS.escape(left)}"]`);
    const target = location === '/jobs' && wayBack ? wayBack : screen.current;
    target?.focus({ preventScroll: true });
  }, [location, screen]);
}
