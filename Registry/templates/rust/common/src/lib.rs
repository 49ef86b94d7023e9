mod component;
mod icl;
mod plugin;
