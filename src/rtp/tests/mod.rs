mod capture;
mod captures;
mod fuzzing;
mod packets;
mod random;
