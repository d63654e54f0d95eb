import type { Locator } from '@playwright/test';
import { expect, holdWasm, NO_WASM, refuseWasm, test, type Page } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';

/** Marks elements, and watches the page for any that are thrown out from now on. */
async function watchElements(fields: Locator[]): Promise<void> {
  for (const field of fields) {
    await field.evaluate((element) => {
      Object.assign(element, { isTheSame: true });
      const page = window as unknown as { thrownOut?: string[] };
      if (page.thrownOut) return;
      const thrownOut: string[] = (page.thrownOut = []);
      const watcher = new MutationObserver((changes) => {
        for (const { removedNodes } of changes) {
          for (const node of removedNodes) if (node instanceof Element) thrownOut.push(node.outerHTML.slice(0, 200));
        }
      });
      watcher.observe(document.body, { childList: true, subtree: true });
    });
  }
}

async function areTheSame(fields: Locator[]): Promise<void> {
  for (const field of fields) expect(await field.evaluate((element) => (element as unknown as { isTheSame?: boolean }).isTheSame)).toBe(true);
  expect(await fields[0]?.evaluate(() => (window as unknown as { thrownOut: string[] }).thrownOut), 'thrown out by taking over').toEqual([]);
}

/** For pages without a socket: resolves when the bundle has been started and the screen drawn anew. */
async function untilTakenOver(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const start = WebAssembly.instantiateStreaming.bind(WebAssembly);
    WebAssembly.instantiateStreaming = (...given) => {
      const started = start(...given);
      Object.assign(window, { started });
      return started;
    };
  });
  return async () => {
    await page.waitForFunction(() => 'started' in window);
    await page.evaluate(async () => {
      await (window as unknown as { started: Promise<unknown> }).started;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
  };
}

test('what is typed into the widget before its bundle comes stays', async ({ agent, customer }) => {
  const nora = await customer();
  const wasm = await holdWasm(nora.page);
  await nora.open();
  const { name, email, message } = nora.form;
  await name.fill('Nora Lind');
  await email.fill('nora@example.com');
  await message.pressSequentially('My lamp flick');
  await wasm.asked;
  await watchElements([name, email, message]);

  await wasm.release();
  await nora.takenOver();
  await areTheSame([name, email, message]);
  await expect(message).toBeFocused();
  await message.pressSequentially('ers');
  await expect(name).toHaveValue('Nora Lind');
  await expect(email).toHaveValue('nora@example.com');
  await expect(message).toHaveValue('My lamp flickers');
  await nora.form.start.click();
  await nora.chat.shows('My lamp flickers');

  const sofia = await agent();
  await sofia.goReady();
  await (await sofia.accept('Nora Lind')).shows('My lamp flickers');
});

test('a form that is sent before the bundle comes begins a chat that goes live', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  const wasm = await holdWasm(nora.page);
  await nora.open();
  await nora.form.submit({ name: 'Nora Lind', message: 'Is anybody there?' });
  await nora.chat.shows('Is anybody there?');
  const chat = await sofia.accept('Nora Lind');
  await chat.say('I am.');

  // Still without the bundle: the box is a plain form too.
  await nora.chat.message.fill('Good.');
  await nora.chat.send.click();
  await nora.chat.shows('Good.');
  await nora.chat.shows('I am.');
  await chat.shows('Good.');
  await nora.chat.message.pressSequentially('Half a sen');
  await watchElements([nora.chat.message]);

  await wasm.release();
  await nora.takenOver();
  await areTheSame([nora.chat.message]);
  await expect(nora.chat.message).toHaveValue('Half a sen');
  await expect(nora.chat.message).toBeFocused();
  await chat.say('I listen.');
  await nora.chat.shows('I listen.');
  await nora.chat.message.pressSequentially('tence');
  await nora.chat.message.press('Enter');
  await chat.shows('Half a sentence');
  await nora.chat.isInOrder();
  await chat.isInOrder();
});

test('what is typed into the sign-in before its bundle comes stays', async ({ desk, page }) => {
  const wasm = await holdWasm(page);
  const takenOver = await untilTakenOver(page);
  const login = new LoginPage(page);
  const sofia = desk.agent('Sofia');
  await login.open(desk);
  await login.email.fill(sofia.email);
  await login.password.pressSequentially(sofia.password.slice(0, 5));
  await wasm.asked;
  await watchElements([login.email, login.password]);
  await wasm.release();
  await takenOver();
  await areTheSame([login.email, login.password]);
  await expect(login.password).toBeFocused();
  await login.password.pressSequentially(sofia.password.slice(5));
  await login.submit.click();
  await expect(page).toHaveURL(desk.console);
});

test('an agent signs in before the bundle comes, and goes live with it', async ({ desk, page }) => {
  const wasm = await holdWasm(page);
  await new LoginPage(page).signIn(desk, desk.agent('Sofia'));
  await expect(page.getByRole('button', { name: 'My state: Not ready' })).toBeVisible();
  const socket = page.waitForEvent('websocket');
  await wasm.release();
  await (await socket).waitForEvent('framereceived');
  await page.getByRole('button', { name: /^My state/ }).click();
  await page.getByRole('menuitemradio', { name: 'Ready', exact: true }).click();
  await expect(page.getByRole('button', { name: 'My state: Ready' })).toBeVisible();
});

test('a chat that goes on is shown although the bundle never comes', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is anybody there?' });
  const chat = await sofia.accept('Nora Lind');
  watch.allow(NO_WASM);
  await refuseWasm(nora.page);
  await nora.page.reload();
  await nora.chat.shows('Is anybody there?');
  await chat.say('I am.');
  await nora.frame.getByRole('button', { name: 'Check for answers' }).click();
  await nora.chat.shows('I am.');
});
