import { axe, expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';

const german = { locale: 'de-DE' } as const;

test('a German browser gets German on both sides', async ({ desk, person, customer }) => {
  const { page: console, context } = await person(german);
  await console.goto(desk.console);
  await expect(console.locator('html')).toHaveAttribute('lang', 'de');
  await expect(console.getByRole('button', { name: 'Anmelden' })).toBeVisible();
  const { email, password } = desk.agent('Sofia');
  await console.getByLabel('E-Mail').fill(email);
  await console.getByLabel('Passwort', { exact: true }).fill(password);
  await console.getByRole('button', { name: 'Anmelden' }).click();
  await expect(console.getByRole('button', { name: 'Mein Status: Nicht bereit' })).toBeVisible();
  await expect(console.locator('html')).toHaveAttribute('lang', 'de');
  await axe(console);

  const nora = await customer(german);
  await expect(nora.launcher).toHaveAttribute('lang', 'de');
  await nora.open();
  await expect(nora.frame.locator('html')).toHaveAttribute('lang', 'de');
  await nora.frame.getByLabel('Name').fill('Nora Lind');
  await nora.frame.getByLabel('Nachricht').fill('Welche Lampe passt?');
  await nora.frame.getByRole('button', { name: 'Chat beginnen' }).click();
  await expect(nora.frame.getByText('Sie sind als Nächstes dran')).toBeVisible();
  await nora.takenOver();
  await expect(nora.frame.getByText('Sie sind als Nächstes dran')).toBeVisible();
  await axe(nora.page);
  await context.close();
});

test('each side reads its own language', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer(german);
  await nora.open();
  await nora.frame.getByLabel('Name').fill('Nora Lind');
  await nora.frame.getByLabel('Nachricht').fill('Welche Lampe passt?');
  await nora.frame.getByRole('button', { name: 'Chat beginnen' }).click();
  const chat = await sofia.accept('Nora Lind');
  await expect(nora.frame.getByText('Sofia Marin ist jetzt im Chat')).toBeVisible();
  await expect(sofia.contact).toContainText('German');
  await chat.say('Jede mit E27.');
  await expect(nora.frame.getByRole('log')).toContainText('Jede mit E27.');
});

test('a browser with another language gets English', async ({ desk, person }) => {
  const { page } = await person({ locale: 'fr-FR' });
  const login = new LoginPage(page);
  await login.open(desk);
  await expect(login.submit).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
