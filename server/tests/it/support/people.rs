pub mod agent;
pub mod customer;
