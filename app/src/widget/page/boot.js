// The page's first script, before the bundle: takes the port that the loader on the host's page offers, hands the token
// over, and shows times where the reader is. With it alone the page is already useful.
(() => {
  const root = document.documentElement;
  const first = JSON.parse(document.getElementById('first').textContent);
  const framed = parent !== window;
  const chat = first.view.is === 'chat' ? first.view : null;
  // What the host must know in the end, said again to each new port.
  const lasting = {};
  let port = null;
  // Who the host's page says this is.
  let claimed = {};

  // Into the form goes what the customer has not written otherwise; nothing of it is believed.
  const claim = () => {
    for (const [name, longest] of [['name', 100], ['email', 254], ['company', 100]]) {
      const field = document.getElementById(name);
      const value = claimed[name];
      if (field && typeof value === 'string' && !field.value) field.value = value.slice(0, longest);
    }
  };

  const tell = (message) => {
    message.v = 1;
    if (message.t === 'left') delete lasting.token, delete lasting.unread;
    if (message.t === 'token' || message.t === 'unread') lasting[message.t] = message;
    if (port) port.postMessage(message);
  };

  const desk = (window.deskbell = { framed, init: null, hear: null, tell });

  const take = (message) => {
    if (!message || message.v !== 1) return;
    if (message.t === 'init') {
      desk.init = message;
      root.style.colorScheme = message.dark ? 'dark' : 'light';
    }
    if (message.t === 'init' || message.t === 'claim') {
      claimed = message.claimed || {};
      claim();
    }
    if (message.t === 'open' && desk.init) desk.init.open = message.open;
    if (message.t === 'init' || message.t === 'view') {
      root.classList.toggle('full', !!message.full);
      for (const side of ['top', 'right', 'bottom', 'left']) root.style.setProperty('--inset-' + side, (+message[side] || 0) + 'px');
    }
    if (desk.hear) desk.hear(JSON.stringify(message));
  };

  addEventListener('message', (event) => {
    const message = event.data;
    if (event.source !== parent || !first.origins.includes(event.origin)) return;
    if (!message || message.v !== 1 || message.t !== 'init' || !event.ports[0]) return;
    port = event.ports[0];
    port.onmessage = (event) => take(event.data);
    take(message);
    Object.values(lasting).forEach((message) => port.postMessage(message));
  });

  addEventListener('click', (event) => {
    if (event.target.closest('[data-close]')) tell({ t: 'close' });
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) tell({ t: 'close' });
  });

  // Called at the end of the page: times as the bundle will write them, and the end of the conversation in view.
  desk.settle = () => {
    document.querySelectorAll('time').forEach((time) => {
      const at = new Date(time.dateTime);
      const shape = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
      if (time.dataset.shape) shape.weekday = 'long';
      if (time.dataset.shape && at - Date.now() > 6 * 86400000) shape.day = 'numeric', shape.month = 'long';
      if (time.firstChild && !isNaN(at)) time.firstChild.data = at.toLocaleString(root.lang, shape);
    });
    claim();
    const log = document.querySelector('[role=log]');
    if (log) log.scrollTop = log.scrollHeight;
  };

  // The bundle did not come: what needs no scripts takes its place.
  desk.fail = () => {
    root.classList.remove('js');
    const token = desk.init && desk.init.token;
    if (first.view.is !== 'resume' || !token) return;
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/widget/' + first.site_key + '/check';
    for (const [name, value] of [['token', token], ['start', first.start]]) {
      const input = form.appendChild(document.createElement('input'));
      input.type = 'hidden';
      input.name = name;
      input.value = value;
    }
    document.body.appendChild(form).submit();
  };

  root.classList.add('js');
  if (framed) root.classList.add('framed');
  if (chat) tell({ t: 'token', token: chat.token, ended: false });
  // The loader answers with a port; only a page that may hold the frame is asked.
  const host = location.ancestorOrigins ? location.ancestorOrigins[0] : first.host_origin;
  if (framed && first.origins.includes(host)) parent.postMessage({ v: 1, t: 'hello' }, host);
})();
