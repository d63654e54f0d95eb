import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';

test('the server says that it is well', async ({ desk, request }) => {
  const answer = await request.get(`${desk.console}healthz`);
  expect(answer.status()).toBe(200);
});

test('the console asks a stranger to sign in', async ({ desk, page }) => {
  await page.goto(desk.console);
  await expect(page).toHaveURL(`${desk.console}login`);
  const login = new LoginPage(page);
  await expect(login.email).toBeVisible();
  await expect(login.password).toBeVisible();
  await axeInBothThemes(page);
});

test('an agent of the demo signs in', async ({ desk, page }) => {
  const login = new LoginPage(page);
  await login.signIn(desk, desk.agent('Sofia'));
  await expect(page).toHaveURL(desk.console);
});

test('the desk starts again on its data', async ({ freshDesk, page }) => {
  const desk = await freshDesk();
  const agent = desk.agent('Sofia');
  await desk.stop();
  await desk.start();
  expect(desk.agent('Sofia')).toEqual(agent);
  await desk.kill();
  await desk.start();
  await new LoginPage(page).signIn(desk, agent);
});
