// The embed script of a site: draws the launcher on the host's page and, once it is opened, the frame with the chat.
// It runs in somebody else's page: it never throws into it, asks no host but the desk, and before the customer has
// opened the chat once it makes no frame and keeps nothing.
(() => {
  'use strict';

  /**
   * What the server knows of the site; it stands in the script, so that no second request is needed.
   * @typedef {{ key: string, origin: string, build: string, brand: string, position: 'start' | 'end', locale: string,
   *   colours: Record<'fill_light' | 'fill_dark' | 'hover_light' | 'hover_dark' | 'on' | 'text_light' | 'text_dark', string>,
   *   texts: Record<'open' | 'close' | 'unread_one' | 'unread_other' | 'title' | 'news', string> }} Settings
   * What the host's storage holds of a chat.
   * @typedef {{ token?: string, open?: boolean, ended?: boolean }} Kept
   * @typedef {(detail: Record<string, unknown>) => void} Handler
   */

  /** @type {Settings} */
  // @ts-ignore: the server writes the settings here
  const site = __DESKBELL_SETTINGS__;
  /** @type {any} */
  const page = window;
  const root = document.documentElement;
  const before = page.Deskbell;
  if (before && before.version) return;

  const storageKey = 'deskbell:' + site.key;
  const full = matchMedia('(max-width: 640px), (max-height: 480px)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const words = site.texts;
  const drawing = 'http://www.w3.org/2000/svg';

  /** @type {Kept} */
  let kept = {};
  let booted = false;
  let visible = true;
  let opened = false;
  let greeted = false;
  let unread = 0;
  let warned = false;
  /** Who the page says is in front of it. @type {Record<string, string>} */
  let claimed = {};
  /** @type {HTMLElement} */ let host;
  /** @type {HTMLElement} */ let panel;
  /** @type {HTMLButtonElement} */ let launcher;
  /** @type {HTMLElement} */ let status;
  /** @type {HTMLElement} */ let probe;
  /** @type {HTMLElement} */ let badge;
  /** @type {SVGElement} */ let path;
  /** @type {HTMLIFrameElement | null} */ let frame = null;
  /** @type {MessagePort | null} */ let port = null;
  /** @type {(() => void) | null} */ let unlock = null;
  /** @type {MutationObserver} */ let watcher;

  // ---- Safety ----

  /**
   * @template T
   * @param {() => T} work
   * @returns {T | undefined}
   */
  const guard = (work) => {
    try {
      return work();
    } catch (problem) {
      if (!warned) console.warn('Deskbell', problem);
      warned = true;
      return undefined;
    }
  };

  // ---- Events for the host's page ----

  /** @type {Record<string, Handler[]>} */
  const handlers = {};

  /** @param {string} name @param {Record<string, unknown>} [detail] */
  const emit = (name, detail = {}) => {
    (handlers[name] || []).slice().forEach((handler) => guard(() => handler(detail)));
    window.dispatchEvent(new CustomEvent('deskbell:' + name, { detail }));
  };

  // ---- The host's storage ----

  const recall = () => {
    try {
      kept = JSON.parse(localStorage.getItem(storageKey) || '{}') || {};
    } catch (_) {
      kept = {};
    }
  };

  const keep = () => {
    try {
      if (kept.token) localStorage.setItem(storageKey, JSON.stringify(kept));
      else localStorage.removeItem(storageKey);
    } catch (_) {
      // Denied: the chat then lives as long as this page.
    }
  };

  // ---- The launcher ----

  const c = site.colours;
  const chatIcon = 'M5.25 4.75h13.5a2.25 2.25 0 0 1 2.25 2.25v7.75a2.25 2.25 0 0 1-2.25 2.25H12l-4.5 3.5V17H5.25A2.25 2.25 0 0 1 3 14.75V7a2.25 2.25 0 0 1 2.25-2.25z';
  const closeIcon = 'M6.5 9.5L12 15l5.5-5.5';
  const css = `
[hidden]{display:none!important}
.l{all:unset;box-sizing:border-box;position:fixed;inset-block-end:24px;inset-inline-${site.position}:24px;display:grid;place-items:center;inline-size:60px;block-size:60px;border-radius:50%;border:1px solid transparent;cursor:pointer;color:${c.on};background:${c.fill_light};background:light-dark(${c.fill_light},${c.fill_dark});box-shadow:0 1px 2px rgb(36 33 27/.12),0 8px 24px rgb(36 33 27/.22);transition:background-color .12s,scale .18s}
.l:hover{background:${c.hover_light};background:light-dark(${c.hover_light},${c.hover_dark});scale:1.04}
.l:focus-visible{outline:3px solid ${c.text_light};outline-color:light-dark(${c.text_light},${c.text_dark});outline-offset:3px}
svg{inline-size:26px;block-size:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.b{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;display:grid;place-items:center;min-inline-size:24px;block-size:24px;box-sizing:border-box;padding:0 6px;border-radius:12px;background:#24211b;color:#fff;font:600 13px/1 system-ui,sans-serif;box-shadow:0 0 0 3px #fff}
.p{position:fixed;inset-block-end:100px;inset-inline-${site.position}:24px;inline-size:380px;block-size:min(640px,100vh - 124px);border-radius:18px;overflow:hidden;background:#fff;background:light-dark(#fff,#191815);border:1px solid rgb(128 120 105/.3);box-sizing:border-box;box-shadow:0 2px 6px rgb(36 33 27/.1),0 20px 56px rgb(36 33 27/.26);animation:in .26s cubic-bezier(.2,.7,.2,1)}
.p.f{inset:0;inset-block-start:var(--top,0);inline-size:100%;block-size:100vh;block-size:100dvh;block-size:var(--height,100dvh);border:0;border-radius:0;animation:none}
iframe{display:block;inline-size:100%;block-size:100%;border:0;color-scheme:inherit}
.s{position:fixed;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.e{position:fixed;visibility:hidden;padding:env(safe-area-inset-top,0) env(safe-area-inset-right,0) env(safe-area-inset-bottom,0) env(safe-area-inset-left,0)}
@keyframes in{from{opacity:0;translate:0 12px}}
@media (max-width:640px){.l{inset-block-end:16px;inset-inline-${site.position}:16px}}
@media (prefers-reduced-motion:reduce){.l,.p{transition:none;animation:none}.l:hover{scale:1}}
@media (forced-colors:active){.l{border-color:ButtonBorder;background:ButtonFace;color:ButtonText}.b{border:1px solid CanvasText}.p{border-color:CanvasText}}
@media print{:host{display:none!important}}`;

  /** @param {string} tag @param {Record<string, string>} attributes @param {string} [space] @returns {any} */
  const make = (tag, attributes, space = 'http://www.w3.org/1999/xhtml') => {
    const element = document.createElementNS(space, tag);
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    return element;
  };

  const draw = () => {
    host = make('deskbell-chat', {});
    const shadow = host.attachShadow({ mode: 'open' });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    } catch (_) {
      const style = make('style', {});
      style.textContent = css;
      shadow.append(style);
    }
    panel = make('div', { class: 'p', id: 'panel', role: 'dialog', 'aria-modal': 'false', 'aria-label': words.title, lang: site.locale, hidden: '' });
    launcher = make('button', { class: 'l', type: 'button', lang: site.locale, 'aria-haspopup': 'dialog', 'aria-controls': 'panel' });
    status = make('div', { class: 's', role: 'status', 'aria-live': 'polite', lang: site.locale });
    probe = make('div', { class: 'e', 'aria-hidden': 'true' });
    launcher.addEventListener('click', () => guard(() => (opened ? close() : open())));
    shadow.addEventListener('keydown', (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === 'Escape' && opened) guard(close);
    });
    const svg = make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, drawing);
    svg.append((path = make('path', {}, drawing)));
    launcher.append(svg, (badge = make('span', { class: 'b', 'aria-hidden': 'true' })));
    shadow.append(panel, launcher, status, probe);
    attach();
    // Frameworks that take over the whole document may throw out what they do not know.
    watcher = new MutationObserver(() => guard(() => host.isConnected || attach()));
    watcher.observe(root, { childList: true });
    refresh();
  };

  const attach = () => root.append(host);

  /** Brings the element in line with the state. */
  const refresh = () => {
    if (!booted || !host) return;
    const scheme = getComputedStyle(root).colorScheme;
    host.style.cssText = ['all:initial', 'position:fixed', 'z-index:2147483000', 'display:' + (visible ? 'block' : 'none'), 'color-scheme:' + (!scheme || scheme === 'normal' ? 'light' : scheme), ''].join('!important;');
    panel.hidden = !opened;
    launcher.hidden = opened && full.matches;
    const modal = opened && visible && full.matches;
    panel.classList.toggle('f', full.matches);
    panel.setAttribute('aria-modal', String(modal));
    launcher.setAttribute('aria-expanded', String(opened));
    const name = opened ? words.close : unread ? words[unread === 1 ? 'unread_one' : 'unread_other'].replace('{n}', String(unread)) : words.open;
    launcher.setAttribute('aria-label', name);
    path.setAttribute('d', opened ? closeIcon : chatIcon);
    badge.hidden = opened || !unread;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    if (modal && !unlock) unlock = lock();
    if (!modal && unlock) {
      unlock();
      unlock = null;
    }
    fit();
    tell({ t: 'open', open: opened && visible });
  };

  /** Takes the page behind a full screen panel out of reach; the answer puts everything back. */
  const lock = () => {
    const body = document.body;
    const style = body.style.cssText;
    const inert = body.inert;
    const [x, y] = [scrollX, scrollY];
    body.inert = true;
    body.style.cssText += `;position:fixed!important;inline-size:100%!important;inset-block-start:${-y}px!important;overflow:hidden!important`;
    return () => {
      body.style.cssText = style;
      body.inert = inert;
      scrollTo({ left: x, top: y, behavior: /** @type {ScrollBehavior} */ ('instant') });
    };
  };

  /** Keeps a full screen panel above the keyboard and tells the frame about notches, which it cannot see. */
  const fit = () => {
    const view = window.visualViewport;
    if (!opened || !full.matches || !view) return;
    panel.style.setProperty('--height', view.height + 'px');
    panel.style.setProperty('--top', view.offsetTop + 'px');
    tell(viewport());
  };

  const viewport = () => {
    const inset = getComputedStyle(probe);
    const size = (/** @type {string} */ side) => (full.matches ? parseFloat(inset.getPropertyValue('padding-' + side)) || 0 : 0);
    return { t: 'view', full: full.matches, top: size('top'), right: size('right'), bottom: size('bottom'), left: size('left') };
  };

  // ---- The frame ----

  const makeFrame = () => {
    if (frame || !booted) return;
    frame = /** @type {HTMLIFrameElement} */ (
      make('iframe', { title: words.title, allow: 'clipboard-write; autoplay', referrerpolicy: 'strict-origin-when-cross-origin', loading: 'eager' })
    );
    frame.src = site.origin + '/widget/' + site.key + (kept.token ? '?view=resume' : '');
    frame.addEventListener('load', () =>
      guard(() => {
        if (!greeted) connect();
        greeted = false;
      })
    );
    panel.append(frame);
  };

  const dropFrame = () => {
    if (port) port.close();
    if (frame) frame.remove();
    frame = port = null;
    greeted = false;
    unread = 0;
  };

  /** A new port for the document now in the frame. Only the desk's own origin can receive it. */
  const connect = () => {
    if (!frame || !frame.contentWindow) return;
    if (port) port.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (event) => guard(() => hear(event.data));
    const scheme = getComputedStyle(host).colorScheme;
    const isDark = /dark/.test(scheme) && (!/light/.test(scheme) || dark.matches);
    const init = Object.assign(viewport(), { v: 1, t: 'init', claimed, token: kept.token || null, open: opened && visible, dark: isDark });
    frame.contentWindow.postMessage(init, site.origin, [channel.port2]);
  };

  /** @param {Record<string, unknown>} message */
  const tell = (message) => {
    if (port) port.postMessage(Object.assign({ v: 1 }, message));
  };

  /** @param {any} message what the frame says; what is unknown is ignored */
  const hear = (message) => {
    if (!message || message.v !== 1) return;
    if (message.t === 'token' && typeof message.token === 'string') {
      kept = { token: message.token, open: opened, ended: !!message.ended };
      keep();
    } else if (message.t === 'left') {
      kept = {};
      unread = 0;
      keep();
      refresh();
    } else if (message.t === 'unread' && message.count >= 0) {
      const changed = unread !== message.count;
      unread = Math.floor(message.count);
      refresh();
      if (changed) emit('unread', { count: unread });
    } else if (message.t === 'news' && !(opened && visible)) {
      announce(words.news.replace('{name}', String(message.from).slice(0, 80)));
    } else if (message.t === 'close') {
      close();
    }
  };

  let quietUntil = 0;
  let waiting = '';

  /** Says at most one sentence in five seconds; of several only the last. @param {string} text */
  const announce = (text) => {
    const rest = quietUntil - Date.now();
    if (rest > 0) {
      if (!waiting) setTimeout(() => guard(() => { const next = waiting; waiting = ''; announce(next); }), rest);
      waiting = text;
      return;
    }
    quietUntil = Date.now() + 5000;
    status.textContent = text;
    setTimeout(() => { if (status.textContent === text) status.textContent = ''; }, 4000);
  };

  // ---- What the host's page may call ----

  /** What the page knows of its visitor: it fills the form, and agents see it as claimed. @param {any} person */
  const identify = (person) => {
    claimed = {};
    ['name', 'email', 'company'].forEach((field) => {
      const value = person && person[field];
      const text = value && typeof value === 'object' ? value.name : value;
      if (typeof text === 'string' && text.trim()) claimed[field] = text.trim().slice(0, 254);
    });
    tell({ t: 'claim', claimed });
  };

  /** @param {boolean} [quiet] leave the focus where it is */
  const open = (quiet) => {
    if (!booted || opened) return;
    opened = visible = true;
    makeFrame();
    kept.open = true;
    keep();
    refresh();
    if (quiet !== true && frame) frame.focus();
    emit('open');
  };

  const close = () => {
    if (!opened) return;
    const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
    const inside = shadow.activeElement || document.activeElement === host;
    opened = false;
    kept.open = false;
    keep();
    refresh();
    if (inside) launcher.focus();
    emit('close');
  };

  const boot = () => {
    if (booted) return;
    booted = visible = true;
    recall();
    draw();
    const unfinished = kept.token && !kept.ended;
    if (unfinished && kept.open && !full.matches) open(true);
    else if (unfinished) (page.requestIdleCallback || setTimeout)(() => guard(makeFrame));
    emit('ready');
  };

  const shutdown = () => {
    if (!booted) return;
    close();
    refresh();
    booted = false;
    watcher.disconnect();
    dropFrame();
    host.remove();
    kept = {};
    claimed = {};
    keep();
  };

  /** @param {boolean} to */
  const setVisible = (to) => {
    if (visible === to || !booted) return;
    visible = to;
    refresh();
    emit(to ? 'show' : 'hide');
  };

  /** @type {(name: string, handler: Handler) => () => void} */
  const on = (name, handler) => {
    (handlers[name] = handlers[name] || []).push(handler);
    return () => off(name, handler);
  };

  /** @type {(name: string, handler?: Handler) => void} */
  const off = (name, handler) => {
    handlers[name] = (handlers[name] || []).filter((known) => handler && known !== handler);
  };

  /** @type {Record<string, (...args: any[]) => unknown>} */
  const calls = {
    boot,
    shutdown,
    reset: () => { shutdown(); boot(); },
    open: () => open(),
    close,
    identify,
    toggle: (force) => ((force === undefined ? !opened : force) ? open() : close()),
    show: () => setVisible(true),
    hide: () => setVisible(false),
    state: () => ({ open: opened, visible, unread }),
    on,
    off,
    once: (name, handler) => {
      const stop = on(name, (detail) => { stop(); handler(detail); });
      return stop;
    },
    ready: (then) => new Promise((resolve) => {
      const done = () => { if (then) guard(then); resolve(undefined); };
      if (booted) done();
      else calls.once('ready', done);
    }),
  };

  /** @param {string} name @param {...any} args */
  const Deskbell = (name, ...args) => guard(() => {
    if (!Object.prototype.hasOwnProperty.call(calls, name)) throw new Error('unknown command ' + name);
    return calls[name](...args);
  });
  Object.keys(calls).forEach((name) => { /** @type {any} */ (Deskbell)[name] = (/** @type {any[]} */ ...args) => Deskbell(name, ...args); });
  /** @type {any} */ (Deskbell).version = site.build;
  page.Deskbell = Deskbell;

  // ---- Start ----

  addEventListener('message', (event) => guard(() => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== site.origin) return;
    if (!event.data || event.data.v !== 1 || event.data.t !== 'hello') return;
    greeted = true;
    connect();
  }));

  // Another tab of the same site began or left a chat.
  addEventListener('storage', (event) => guard(() => {
    if (!booted || (event.key && event.key !== storageKey)) return;
    const had = kept.token;
    const wasOpen = kept.open;
    recall();
    kept.open = wasOpen;
    if (!had === !kept.token || (kept.token && opened)) return;
    dropFrame();
    if (kept.token || opened) makeFrame();
    refresh();
  }));

  full.addEventListener('change', () => guard(refresh));
  if (window.visualViewport) {
    window.visualViewport.addEventListener('resize', () => guard(fit));
    window.visualViewport.addEventListener('scroll', () => guard(fit));
  }

  const tag = document.currentScript;
  const start = () => guard(() => {
    if (!tag || tag.dataset.auto !== 'false') boot();
    ((before && before.q) || []).forEach((/** @type {[string, ...any[]]} */ call) => Deskbell(...call));
  });
  // Not before the body is there: the launcher stands behind it, last in the order of tabbing.
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
})();
