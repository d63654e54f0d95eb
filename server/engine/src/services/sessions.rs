//! Signing in and out. Tokens are 256 random bits; only their SHA-256 is stored.

use super::{Services, access};
use crate::{
    caller::Caller,
    database::{SessionOwner, SessionRow, Tx},
    failure::Failure,
    secrets::{random_token, token_hash},
};
use domain::{
    desk::SessionView,
    ids::{AgentId, SessionId},
    message::one_line,
    time::{Millis, Timestamp},
};

/// How long a sign-in lasts.
const LIFE: Millis = Millis::minutes(60 * 24 * 30);
/// How exactly "last seen" is kept.
const TOUCH_EVERY: Millis = Millis::minutes(1);

#[derive(Clone)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

pub struct SignedIn {
    pub token: String,
    pub agent: AgentId,
}

impl Services {
    /// Opens a session. Takes as long, and answers the same, whether the e-mail or the password is wrong.
    pub async fn sign_in(&self, wanted: SignIn) -> Result<SignedIn, Failure> {
        let email = one_line(&wanted.email).to_lowercase();
        let found = self.database.read().await?.find_agent_by_email(&email).await?;
        let hash = found.as_ref().map(|agent| agent.password_hash.clone());
        let fits = self.secrets.verify(wanted.password, hash).await?;
        let agent = found.filter(|agent| fits && !agent.disabled).ok_or(Failure::WrongCredentials)?;
        self.open_session(agent.id, wanted.address, wanted.user_agent).await
    }

    pub(crate) async fn open_session(
        &self,
        agent: AgentId,
        address: Option<String>,
        user_agent: Option<String>,
    ) -> Result<SignedIn, Failure> {
        let (token, now) = (random_token(), self.clock.now());
        let hash = token_hash(&token);
        let row = SessionRow {
            id: self.secrets.id(),
            agent: agent.uuid(),
            created_at: now.0,
            last_seen_at: now.0,
            expires_at: (now + LIFE).0,
            address,
            user_agent: user_agent.map(|text| text.chars().take(300).collect()),
        };
        self.database.write(async move |tx: &mut Tx| tx.add_session(&row, &hash).await).await?;
        Ok(SignedIn { token, agent })
    }

    /// Who is signed in with this token; `None` if nobody (any more).
    pub async fn agent_by_session(&self, token: &str) -> Result<Option<Caller>, Failure> {
        let now = self.clock.now();
        let Some(SessionOwner { caller, last_seen_at }) = self.database.session_owner(token_hash(token), now).await? else {
            return Ok(None);
        };
        let id = caller.session;
        if now - last_seen_at >= TOUCH_EVERY
            && let Err(failure) = self.database.write(async move |tx: &mut Tx| tx.touch_session(id, now).await).await
        {
            // Who may read is not turned away because nothing can be written just now.
            tracing::warn!(error = %failure, "when a sign-in was last used could not be noted");
        }
        Ok(Some(Caller::Agent(caller)))
    }

    /// Ends the caller's own sign-in; its sockets close.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Failure> {
        let session = access::agent(caller)?.session;
        self.end_session(caller, session).await
    }

    /// Ends all sign-ins of the caller.
    pub async fn sign_out_everywhere(&self, caller: &Caller) -> Result<(), Failure> {
        let (agent, now) = (access::agent(caller)?.id, self.clock.now());
        let ended = self
            .database
            .write(async move |tx: &mut Tx| {
                let sessions = tx.sessions_of(agent, now).await?;
                tx.remove_sessions_of(agent).await?;
                Ok(sessions)
            })
            .await?;
        for session in ended {
            self.bus.end_session(SessionId::new(session.id));
        }
        Ok(())
    }

    /// The caller's sign-ins, last used first.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionView>, Failure> {
        let agent = access::agent(caller)?;
        let rows = self.database.read().await?.sessions_of(agent.id, self.clock.now()).await?;
        let view = |row: SessionRow| SessionView {
            id: SessionId::new(row.id),
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.last_seen_at),
            user_agent: row.user_agent,
            address: row.address,
            is_this: SessionId::new(row.id) == agent.session,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Ends one of the caller's sign-ins; somebody else's is not found.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<(), Failure> {
        let agent = access::agent(caller)?.id;
        let ended = self.database.write(async move |tx: &mut Tx| tx.remove_session(agent, session).await).await?;
        if !ended {
            return Err(Failure::NotFound);
        }
        self.bus.end_session(session);
        Ok(())
    }
}
