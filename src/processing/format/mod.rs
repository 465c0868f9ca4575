//! Pure: conversion between sample formats, channel counts and sample rates.

pub mod bit_depth;
